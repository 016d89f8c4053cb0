import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { HandlersError, loadHandlers } from '../../src/jobs/load-handlers.js';

describe('loadHandlers', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'handlers-'));
  });

  afterEach(() => rm(folder, { recursive: true }));

  const write = (file: string, text: string) => writeFile(join(folder, file), text);
  const problem = async (path = folder): Promise<string> => {
    const error: unknown = await loadHandlers(path).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    assert(error instanceof HandlersError, 'expected a HandlersError');
    return error.message;
  };

  it('takes functions by the name of their file, and objects by their type', async () => {
    await write('send-letter.mjs', 'export default async () => ({ sent: true });');
    await write(
      'other.mjs',
      'export default { type: "score", handler: async () => {}, concurrency: 2, timeoutMs: 1000 };',
    );
    const handlers = await loadHandlers(folder);
    assert.deepEqual(
      handlers.map(({ handler, ...rest }) => ({ ...rest, isHandler: typeof handler === 'function' })),
      [
        { type: 'score', concurrency: 2, timeoutMs: 1000, isHandler: true },
        { type: 'send-letter', isHandler: true },
      ],
    );
  });

  it('takes every bound of a job type, and refuses what is none', async () => {
    await write(
      'all.mjs',
      'export default { handler: () => {}, concurrency: 1, timeoutMs: 2, priority: -3,' +
        ' rateLimit: { max: 4, durationMs: 5 }, backoff: { initialMs: 6, maxMs: 7 }, sandbox: false };',
    );
    const [{ handler: _handler, ...bounds } = { handler: undefined }] = await loadHandlers(folder);
    assert.deepEqual(bounds, {
      type: 'all',
      concurrency: 1,
      timeoutMs: 2,
      priority: -3,
      rateLimit: { max: 4, durationMs: 5 },
      backoff: { initialMs: 6, maxMs: 7 },
    });
    for (const [wrong, message] of [
      ['rateLimit: 5', /expected rateLimit to be \{ max, durationMs \} but found a number/],
      ['rateLimit: { max: 1, durationMs: 1, per: 1 }', /but found a property "per"/],
      ['rateLimit: { max: 0, durationMs: 1 }', /rateLimit\.max of job type "all".*from 1 to 1000000/],
      ['backoff: { initialMs: 1 }', /expected backoff\.maxMs to be a number but found none/],
      ['priority: 0.5', /priority of job type "all".*from -1000 to 1000/],
      ['sandbox: 1', /expected sandbox to be true or false but found a number/],
    ] as const) {
      const file = `all-${Buffer.from(wrong).toString('hex')}.mjs`;
      await rm(join(folder, 'all.mjs'), { force: true });
      await write(file, `export default { type: 'all', handler: () => {}, ${wrong} };`);
      assert.match(await problem(), message);
      await rm(join(folder, file));
    }
  });

  it('takes CommonJS in a .js file', async () => {
    await write('old.js', 'module.exports = async () => ({});');
    assert.deepEqual(
      (await loadHandlers(folder)).map(({ type }) => type),
      ['old'],
    );
  });

  it('passes over other files and folders', async () => {
    await write('README.md', '#');
    await write('data.json', '{}');
    await mkdir(join(folder, 'shared.mjs'));
    assert.deepEqual(await loadHandlers(folder), []);
  });

  it('names every file that is wrong, what was expected and what was found', async () => {
    await write('a.mjs', 'export const handler = 1;');
    await write('b.mjs', 'export default { handler: "x" };');
    await write('c.mjs', 'throw new Error("no database");');
    await write('d.mjs', 'export default { handler() {}, concurrency: "many" };');
    await write('e.mjs', 'export default { handler() {}, timeoutMs: 0 };');
    await write('f.mjs', 'export default { handler() {}, typ: "x" };');
    await write('g.mjs', 'export default { type: 7, handler() {} };');
    await write('h.mjs', 'export default [];');
    await write('i.mjs', 'export default { type: "", handler() {} };');
    const lines = (await problem()).split('\n').map((line) => line.trim());
    assert.equal(lines.length, 10);
    assert.match(lines[1] ?? '', /^a\.mjs: expected a default export .* but found none$/);
    assert.match(lines[2] ?? '', /^b\.mjs: expected handler to be a function but found a string$/);
    assert.match(lines[3] ?? '', /^c\.mjs: .* but found no database$/);
    assert.match(lines[4] ?? '', /^d\.mjs: expected concurrency to be a number but found a string$/);
    assert.match(lines[5] ?? '', /^e\.mjs: Expected timeoutMs .* from 1 to 3600000 but found 0\.$/);
    assert.match(lines[6] ?? '', /^f\.mjs: .* but found a property "typ"$/);
    assert.match(lines[7] ?? '', /^g\.mjs: expected type to be a string but found a number$/);
    assert.match(lines[8] ?? '', /^h\.mjs: .* but found a list$/);
    assert.match(lines[9] ?? '', /^i\.mjs: .*found an empty one/);
  });

  it('refuses a second handler for a type and names both files', async () => {
    await write('letter.mjs', 'export default async () => {};');
    await write('post.mjs', 'export default { type: "letter", handler: async () => {} };');
    assert.match(
      await problem(),
      /post\.mjs: expected one handler for job type "letter" but letter\.mjs has it/,
    );
  });

  it('refuses a folder that is not there', async () => {
    assert.match(
      await problem(join(folder, 'missing')),
      /Expected a folder of handlers at .*missing but found ENOENT/,
    );
  });
});
