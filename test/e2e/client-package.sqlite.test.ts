// Only on SQLite: what is tested is the package, against any server.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { after, before, describe, it } from 'mocha';
import { startTestServer, type TestServer } from '../support/server.js';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '../..');
const compiler = join(root, 'node_modules/typescript/bin/tsc');
const page = await readFile(join(root, 'docs/client.md'), 'utf8');
const block = (language: string): string =>
  new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'ms').exec(page)?.[1] ?? assert.fail(language);

const typed = `
import { createClient, createWorker, ProblemError, type AnswerOf, type RequestOf } from 'throughline/client';

const client = createClient({ baseUrl: 'http://127.0.0.1:8080' });
const { processInstanceId }: { processInstanceId: string } = await client.startProcessInstance({
  body: { bpmnProcessId: 'p', variables: { list: [1, { a: null }] } },
});
const { items } = await client.getHistory({ params: { processInstanceId }, query: { limit: 5 } });
export const first: string | undefined = items[0]?.command;
await client.getReadiness();
await client.deploy({ query: { dryRun: true }, body: { resources: [] } }, { idempotencyKey: 'k' });
const names: readonly string[] = ['a'];
export const request: RequestOf<'activateJobs'> = {
  body: { type: 't', worker: 'w', maxJobs: 1, timeoutMs: 1, fetchVariables: names },
};
export const job: AnswerOf<'activateJobs'>['jobs'][number]['fence'] = 1;
export const code = (error: unknown) => (error instanceof ProblemError ? error.code === 'not-found' : false);

createWorker<{ address: string }>({
  client,
  type: 't',
  fetchVariables: ['address'],
  handler: async (job) => ({ length: job.variables.address.length, fence: job.fence }),
});

// @ts-expect-error -- there is no such variable
createWorker<{ address: string }>({ client, type: 't', fetchVariables: ['addres'], handler: async () => {} });
// @ts-expect-error -- a function is no variable
createWorker({ client, type: 't', handler: async () => ({ f: () => 1 }) });
// @ts-expect-error -- the id is missing
await client.completeJob({ body: {} });
// @ts-expect-error -- there is no such field
await client.publishMessage({ body: { name: 'm', corelationKey: 'k' } });
// @ts-expect-error -- there is no such operation
await client.startProcess({});
// @ts-expect-error -- it takes nothing
await client.getReadiness({ body: {} });
`;

describe('the package', function () {
  this.timeout(180_000);
  let folder: string;
  let server: TestServer | undefined;

  /** The package as it is built and packed, without what its client does not import, and somebody who uses it. */
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'throughline-client-'));
    const product = join(folder, 'throughline');
    const consumer = join(folder, 'consumer');
    await mkdir(join(consumer, 'node_modules/throughline'), { recursive: true });
    await mkdir(product);
    await writeFile(join(product, 'package.json'), await readFile(join(root, 'package.json')));
    const config = {
      extends: join(root, 'tsconfig.build.json'),
      compilerOptions: {
        ...{ rootDir: root, outDir: join(product, 'dist'), sourceMap: false, inlineSources: false },
        typeRoots: [join(root, 'node_modules/@types')],
      },
      files: [join(root, 'src/client/index.ts')],
      include: [],
    };
    await writeFile(join(folder, 'build.json'), JSON.stringify(config));
    await compile(folder, '-p', 'build.json');
    // As npm installs it, but for what the server depends on: that would come from the network, and the client loads zod alone.
    const [, packing = '', packed = ''] =
      /^npm ci && npm run build && (npm pack)$[^]*^npm install --ignore-scripts (\.\/\S+\.tgz)$/m.exec(
        page,
      ) ?? assert.fail('Expected the lines that pack and install.');
    await run('bash', ['-euc', packing], { cwd: product });
    const unpacked = join(consumer, 'node_modules/throughline');
    await run('tar', ['-xzf', join(product, packed), '-C', unpacked, '--strip-components', '1']);
    await symlink(join(root, 'node_modules/zod'), join(consumer, 'node_modules/zod'));
    await symlink(join(root, 'node_modules/@types'), join(consumer, 'node_modules/@types'));
    server = await startTestServer();
  });
  after(async () => {
    await server?.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function compile(cwd: string, ...args: readonly string[]): Promise<void> {
    await run(process.execPath, [compiler, ...args], { cwd }).catch((error: unknown) => {
      assert.fail(`tsc ${args.join(' ')}: ${String(Object(error)['stdout'])}`);
    });
  }

  it('runs the example of docs/client.md in plain JavaScript', async () => {
    assert.ok(server !== undefined);
    const cwd = join(folder, 'consumer');
    const script = block('js');
    const pointed = script.replace('http://127.0.0.1:8080', server.url);
    assert.notEqual(pointed, script);
    await writeFile(join(cwd, 'letter.bpmn'), block('xml'));
    await writeFile(join(cwd, 'example.mjs'), pointed);
    const { stdout, stderr } = await run(process.execPath, ['example.mjs'], { cwd, timeout: 30_000 });
    assert.deepEqual([stdout, stderr], [block('text'), '']);
  });

  it('has types that say what the contract says', async () => {
    const cwd = join(folder, 'consumer');
    await writeFile(join(cwd, 'consumer.mts'), typed);
    const strict = [
      '--strict',
      '--module',
      'nodenext',
      '--target',
      'es2023',
      '--types',
      'node',
      '--skipLibCheck',
    ];
    await compile(cwd, '--noEmit', ...strict, 'consumer.mts');
  });

  it('exports nothing else', async () => {
    const cwd = join(folder, 'consumer');
    await writeFile(join(cwd, 'inside.mjs'), "await import('throughline/dist/src/client/wait.js');");
    await assert.rejects(run(process.execPath, ['inside.mjs'], { cwd }), /ERR_PACKAGE_PATH_NOT_EXPORTED/);
  });
});
