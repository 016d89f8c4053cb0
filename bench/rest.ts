import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bpmn } from '../test/support/bpmn-builder.js';
import type { LoadResult } from './rest-load.js';
import type { Table } from './table.js';

const ratePerSecond = 200;
const seconds = 15;
const runs = 3;

/**
 * Starts over REST at a fixed rate, from a second process, against a built server of its own on SQLite with fsync on: how long an
 * answer takes from the moment the request was due. Then as fast as 64 connections can.
 */
export async function run(): Promise<readonly Table[]> {
  const rows: (string | number)[][] = [];
  let readyMs = 0;
  for (let n = 1; n <= runs; n++) {
    const folder = mkdtempSync(join(tmpdir(), 'throughline-bench-'));
    writeFileSync(
      join(folder, 'bench.bpmn'),
      bpmn('bench').startEvent('s').userTask('u').endEvent('e').toXml(),
    );
    const server = await startBuilt(folder);
    readyMs = server.readyMs;
    await load(server.url, { ratePerSecond, seconds: 3 });
    const paced = await load(server.url, { ratePerSecond, seconds });
    const most = await load(server.url, { connections: 64, seconds: 5 });
    rows.push([
      n,
      paced.answered / seconds,
      paced.p50Ms,
      paced.p99Ms,
      paced.failed,
      Math.round(most.answered / 5),
    ]);
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  return [
    {
      title: `POST /v1/process-instances at ${ratePerSecond}/s, SQLite, fsync on`,
      columns: ['run', 'starts/s', 'p50 ms', 'p99 ms', 'failed', 'most starts/s (64 connections)'],
      rows,
      notes: [`The built server was ready ${Math.round(readyMs)} ms after it was started.`],
    },
  ];
}

async function startBuilt(folder: string) {
  const began = performance.now();
  const child = spawn(process.execPath, ['scripts/start.mjs'], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    env: {
      ...process.env,
      PORT: '0',
      DATABASE_URL: `sqlite:${join(folder, 'throughline.db')}`,
      PROCESSES_DIR: folder,
      LOG_LEVEL: 'error',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      const found = /Throughline is ready: (http:\/\/\S+)/.exec(output)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.once('exit', (code) => reject(new Error(`The server ended with ${code}: ${output}`)));
  });
  return {
    url,
    readyMs: performance.now() - began,
    async stop() {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    },
  };
}

async function load(url: string, plan: object): Promise<LoadResult> {
  const child = fork(new URL('./rest-load.ts', import.meta.url), [url, JSON.stringify(plan)], {
    execArgv: ['--import', 'tsx'],
  });
  const [result] = (await once(child, 'message')) as [LoadResult];
  return result;
}
