// Only once: its server is on SQLite whatever the tests run on.
import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { Terminal } from '../../src/cli/terminal.js';
import { bpmn } from '../support/bpmn-builder.js';
import { type CommandProcess, startCommandProcess } from '../support/command-process.js';
import { runInProcess } from '../support/run-in-process.js';
import { useServer } from '../facade/use-server.js';

const order = (name: string) =>
  bpmn('order')
    .startEvent('ordered')
    .userTask('look', { name })
    .boundaryEvent('late', { attachedTo: 'look', interrupting: false, timer: { duration: 'PT1H' } })
    .endEvent('reminded')
    .at('look')
    .serviceTask('charge', { type: 'charge-card' })
    .intermediateCatchEvent('paid', { message: { name: 'paid', correlationKey: '=orderId' } })
    .exclusiveGateway('well')
    .when('=ok')
    .endEvent('done')
    .toXml();

/** What dev has put there; where it runs from its sources, their compiler has something there too. */
async function ownFolders(folder: string): Promise<readonly string[]> {
  return (await readdir(folder)).filter((name) => name.startsWith('throughline-dev-'));
}

/** After that it is told what was seen instead. */
const seesWithinMs = 20_000;

/** `throughline dev` in this process, on a terminal of which the test is the person. */
class Developer {
  private readonly input = Object.assign(new PassThrough(), { isTTY: true });
  private readonly changed = new EventEmitter();
  private interrupt = (): void => undefined;
  written = '';
  readonly ended: Promise<number>;

  constructor(args: readonly string[], env: Readonly<Record<string, string>>) {
    const take = (text: string): void => {
      this.written += text;
      this.changed.emit('written');
    };
    const output = { write: take, isTerminal: false };
    const terminal: Terminal = {
      env,
      input: this.input,
      output,
      errors: output,
      now: () => Date.now(),
      onInterrupt: (listener) => {
        this.interrupt = listener;
        return () => undefined;
      },
    };
    this.ended = this.run(args, terminal);
  }

  private async run(args: readonly string[], terminal: Terminal): Promise<number> {
    const { devCommand } = await import('../../src/dev-command.js');
    return devCommand.run(args, terminal);
  }

  /** Resolves when what it has written since it was asked last matches all; on a slow machine waits are told between steps. */
  async sees(...patterns: readonly RegExp[]): Promise<RegExpExecArray> {
    const overdue = setTimeout(() => this.changed.emit('overdue'), seesWithinMs);
    try {
      for (;;) {
        const matches = patterns.map((pattern) => pattern.exec(this.written));
        const [first] = matches;
        if (first && matches.every((match) => match !== null)) {
          this.written = '';
          return first;
        }
        const why = await Promise.race([
          new Promise((resolve) => this.changed.once('written', () => resolve(undefined))),
          new Promise((resolve) => this.changed.once('overdue', () => resolve('nothing more comes'))),
          this.ended.then((code) => `it has ended with ${code}`),
        ]);
        if (why !== undefined)
          throw new Error(`Expected ${patterns.join(', ')} but ${String(why)}:\n${this.written}`);
      }
    } finally {
      clearTimeout(overdue);
      this.changed.removeAllListeners();
    }
  }

  types(line: string): void {
    this.input.write(`${line}\n`);
  }

  pressesCtrlC(): void {
    this.interrupt();
  }

  endsTyping(): void {
    this.input.end();
  }
}

describe('throughline dev', function () {
  this.timeout(60_000);
  let folder = '';
  let file = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'throughline-dev-test-'));
    file = join(folder, 'order.bpmn');
    await writeFile(file, order('Look at it'));
  });
  let dev: CommandProcess | undefined;
  afterEach(async () => {
    await dev?.end('SIGKILL');
    dev = undefined;
    await rm(folder, { recursive: true });
  });

  describe('on a server of its own', () => {
    it('deploys on save, shows each step, does what is typed, and ends at Ctrl-C', async () => {
      const developer = new Developer([file, '--var', 'orderId=A-1', '--key', 'K'], { LOG_LEVEL: 'silent' });
      await developer.sees(
        /server: http:\S+ [^]*deployed: process order v1\nstarted: /,
        /● order K started[^]* → ordered {2}startEvent\n[^]* ✓ ordered {2}startEvent\n[^]* → Look at it \(look\) {2}userTask/,
        /… Look at it: task \S+ {2}for anybody {4}complete look \{\}/,
        /… late: timer /,
      );
      developer.types('timer');
      await developer.sees(/timer of .* has come/, /✓ reminded/);
      developer.types('complete Nobody');
      await developer.sees(/Expected one user task of that name but found none/);
      developer.types('complete Look at it {"looked": true}');
      await developer.sees(
        /✓ Look at it/,
        /… charge: job \S+ {2}charge-card, 3 tries left {4}job charge \{\}/,
      );
      developer.types('nonsense');
      await developer.sees(/Expected one of complete, .* but found "nonsense"/);
      developer.types('job charge');
      await developer.sees(/✓ charge/, /… paid: message paid for A-1 {4}message paid \{\}/);
      developer.types('message paid');
      await developer.sees(/✗ well: (no-flow-taken|expression-failed): /);
      developer.types('show');
      await developer.sees(/order v1 {2}K {2}incident[^]*well[^]*✗ /);

      await writeFile(file, order('nowhere').replace('sourceRef="ordered"', 'sourceRef="nowhere"'));
      await developer.sees(/order\.bpmn:\d+: error \S+ Expected/, /not deployed: waiting for the next save/);
      // As many editors save: another file takes its place.
      await writeFile(join(folder, 'other'), order('Look again'));
      await rename(join(folder, 'other'), file);
      await developer.sees(/deployed: process order v2\nstarted: [^]*■ order K canceled[^]*→ Look again/);
      developer.types('restart');
      await developer.sees(/started: [^]*→ Look again/);
      developer.types('help');
      await developer.sees(/quit +end/);
      developer.pressesCtrlC();
      assert.equal(await developer.ended, 0);
    });

    it('as a process: two saves are two deployments, and Ctrl-C ends it with 0 and leaves nothing behind', async () => {
      const temporary = await mkdtemp(join(folder, 'tmp-'));
      dev = startCommandProcess(['dev', file, '--var', 'orderId=A-1'], { TMPDIR: temporary });
      await dev.writes(/deployed: process order v1[^]*→ Look at it/);
      assert.equal((await ownFolders(temporary)).length, 1);
      await writeFile(file, order('First'));
      await dev.writes(/deployed: process order v2[^]*→ First/);
      await writeFile(file, order('Second'));
      await dev.writes(/deployed: process order v3[^]*→ Second/);
      assert.equal(await dev.end('SIGINT'), 0, dev.output());
      assert.deepEqual(await ownFolders(temporary), []);
      assert.doesNotMatch(dev.output(), /Error|complete look \{\}/);
      assert.ok(!dev.output().includes('\u001b'), 'Expected no colours on a pipe.');
    });
  });

  it('ends at once with 1 without the file, and with 4 without the server', async () => {
    const missing = await runInProcess(['dev', `${file}.not`]);
    assert.deepEqual([missing.code, /ENOENT/.test(missing.stderr)], [1, true]);
    const away = await runInProcess(['dev', file, '--server', 'http://127.0.0.1:2']);
    assert.deepEqual([away.code, /ECONNREFUSED/.test(away.stderr)], [4, true]);
  });

  describe('on a server that runs', () => {
    const server = useServer();

    it('shows its own instances, starts by message, goes on when nothing has changed, and leaves the last', async () => {
      const byMessage = bpmn('m')
        .startEvent('s', { message: { name: 'begin' } })
        .userTask('t')
        .endEvent('e')
        .toXml();
      await writeFile(file, byMessage);
      const developer = new Developer([file, '--server', server().url], {
        THROUGHLINE_URL: 'http://127.0.0.1:2',
      });
      await developer.sees(/deployed: process m v1\nnot started: invalid-/);
      developer.types('message begin {"n": 1}');
      await developer.sees(/→ t {2}userTask/);
      await writeFile(file, byMessage.replace('targetRef="t"', 'targetRef="nowhere"'));
      await developer.sees(/not deployed/);
      await writeFile(file, byMessage);
      await developer.sees(/unchanged: process m v1/);
      developer.types('show');
      await developer.sees(/m v1 {2}active[^]*t {2}userTask/);
      developer.types('quit');
      assert.equal(await developer.ended, 0);
    });

    it('ends when nothing more is typed', async () => {
      const developer = new Developer([file, '--server', server().url], {});
      const [, id = ''] = await developer.sees(/started: (\S+)/);
      developer.endsTyping();
      assert.equal(await developer.ended, 0);
      assert.ok(developer.written.endsWith(`left as it is: ${id}\n`), developer.written);
    });
  });
});
