import { Worker } from 'node:worker_threads';
import type { Clock } from '../../platform/clock.js';
import { timedOut } from './sandbox.js';
import type { ScriptOutcome, ScriptRequest, ThreadMessage } from './script-request.js';

/** How long after its time limit a script that does not stop is left alone, before its thread is ended. */
const graceMs = 250;
/** How long a new thread may take until it is ready. */
const startMs = 20_000;

const isBuilt = import.meta.url.endsWith('.js');
const threadFile = new URL(`./script-thread.${isBuilt ? 'js' : 'ts'}`, import.meta.url);
/** Where the sources run, in development and tests, a thread has to be told by itself how to read TypeScript. */
const threadOfSources = `import('tsx/esm/api').then(({ tsImport }) => tsImport('${threadFile.href}', '${import.meta.url}'))`;

/** Threads that run scripts, one at a time each, so that nothing a script does keeps the server from answering. */
export interface ScriptThreads {
  /** Runs a script in a thread that is free, or a new one. @throws Error when no thread can be had, or it was given up */
  run(request: ScriptRequest, signal: AbortSignal): Promise<ScriptOutcome>;
  /** Ends all threads, whatever they do. */
  close(): Promise<void>;
}

/**
 * Threads are made when they are needed and kept. One in which a script did not stop, or used up what it had, is ended and
 * not used again. Whoever calls bounds how many run at once.
 */
export function createScriptThreads(clock: Clock): ScriptThreads {
  const idle: Worker[] = [];
  const all = new Set<Worker>();

  const end = async (worker: Worker) => {
    all.delete(worker);
    await worker.terminate();
  };
  const start = async (): Promise<Worker> => {
    const worker = new Worker(isBuilt ? threadFile : threadOfSources, {
      eval: !isBuilt,
      env: {},
      name: 'script',
      resourceLimits: { maxOldGenerationSizeMb: 128 },
    });
    all.add(worker);
    worker.unref();
    // One that dies while nobody waits for it is not used again, and must not end the server.
    const forget = () => {
      all.delete(worker);
      if (idle.includes(worker)) idle.splice(idle.indexOf(worker), 1);
    };
    worker.on('error', forget).on('exit', forget);
    try {
      await answerOf(worker, clock, startMs);
      return worker;
    } catch (error) {
      await end(worker);
      throw error;
    }
  };

  return {
    async run(request, signal) {
      const thread = idle.pop() ?? (await start());
      thread.postMessage(request);
      const answer = await answerOf(thread, clock, request.timeoutMs + graceMs, signal).catch(
        async (error: unknown) => {
          await end(thread);
          if (error instanceof NoAnswer) return timedOut(request.timeoutMs);
          throw error;
        },
      );
      if (answer.kind === 'ready') throw new Error('Expected a thread to answer but it was only ready.');
      if (!all.has(thread)) return answer;
      if (answer.kind === 'failed' && answer.isSpent) await end(thread);
      else idle.push(thread);
      return answer;
    },
    async close() {
      idle.length = 0;
      await Promise.all([...all].map(end));
    },
  };
}

function isThreadMessage(message: unknown): message is ThreadMessage {
  return typeof message === 'object' && message !== null && 'kind' in message;
}

class NoAnswer extends Error {}

/** The next message of a thread. @throws NoAnswer after the time; Error when the thread dies or the signal is aborted */
function answerOf(
  worker: Worker,
  clock: Clock,
  withinMs: number,
  signal?: AbortSignal,
): Promise<ThreadMessage> {
  return new Promise((resolve, reject) => {
    const limit = clock.setTimer(clock.now() + withinMs, () =>
      settle(() => reject(new NoAnswer('Expected an answer of the thread in time.'))),
    );
    // A loader of sources may say something too.
    const heard = (message: unknown) => {
      if (isThreadMessage(message)) settle(() => resolve(message));
    };
    const broken = (error: Error) => settle(() => reject(error));
    const ended = () => broken(new Error('The thread that runs the script has ended.'));
    const aborted = () => broken(new Error('The script was given up: nobody waits for it any more.'));
    const settle = (act: () => void) => {
      limit.cancel();
      worker.off('message', heard).off('error', broken).off('exit', ended);
      signal?.removeEventListener('abort', aborted);
      act();
    };
    worker.on('message', heard).on('error', broken).on('exit', ended);
    if (signal?.aborted) aborted();
    else signal?.addEventListener('abort', aborted);
  });
}
