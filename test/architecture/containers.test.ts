import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { before, describe, it } from 'mocha';
import { configVariables } from '../../src/platform/config-variables.js';
import { loadConfig } from '../../src/platform/config.js';

const root = resolve(import.meta.dirname, '../..');

/** The lines of a Dockerfile with continuations joined and comments left out. */
function instructions(dockerfile: string): readonly string[] {
  const lines = dockerfile.replace(/\\\n\s*/g, '').split('\n');
  return lines.map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'));
}

/** The names of the environment block of one service in compose.yaml. */
function serviceEnvironment(compose: string, service: string): readonly string[] {
  const block = new RegExp(`^  ${service}:\\n((?:    .*\\n|\\n)*)`, 'm').exec(compose)?.[1] ?? '';
  const variables = /^ {4}environment:\n((?: {6}.*\n)*)/m.exec(block)?.[1] ?? '';
  return [...variables.matchAll(/^ {6}(\w+):/gm)].map((match) => match[1] ?? '');
}

describe('the container files', () => {
  let dockerfile: readonly string[];
  let compose: string;

  before(async () => {
    dockerfile = instructions(await readFile(join(root, 'Dockerfile'), 'utf8'));
    compose = await readFile(join(root, 'compose.yaml'), 'utf8');
  });

  it('copy what exists and what .dockerignore lets through', async () => {
    const ignore = await readFile(join(root, '.dockerignore'), 'utf8');
    const sources = dockerfile
      .filter((line) => line.startsWith('COPY ') && !line.includes('--from='))
      .flatMap((line) => line.split(/\s+/).slice(1, -1));
    assert(sources.includes('src') && sources.includes('package-lock.json'), sources.join());
    for (const source of sources) {
      assert(existsSync(join(root, source)), `${source} is copied but does not exist`);
      assert(ignore.split('\n').includes(`!${source}`), `${source} is copied but .dockerignore hides it`);
    }
  });

  it('run the server as an unprivileged user, checked for health, ended by SIGTERM', () => {
    assert(dockerfile.includes('USER node'));
    assert(dockerfile.includes('STOPSIGNAL SIGTERM'));
    assert(dockerfile.some((line) => line.startsWith('HEALTHCHECK ') && line.includes('/healthz')));
    assert.equal(dockerfile.at(-1), 'CMD ["node", "dist/src/main.js"]');
  });

  it('set variables that the server knows, to values that it accepts with an API key only', () => {
    const settings = dockerfile
      .filter((line) => line.startsWith('ENV '))
      .flatMap((line) => line.split(/\s+/).slice(1));
    const env = Object.fromEntries(settings.map((setting) => setting.split(/=(.*)/s).slice(0, 2)));
    for (const name of Object.keys(env))
      assert(configVariables.includes(name), `${name} is not in the configuration`);
    assert.throws(() => loadConfig(env), /THROUGHLINE_API_KEY: expected a key/);
    const config = loadConfig({ ...env, THROUGHLINE_API_KEY: 'a-key-of-16-char' });
    assert.deepEqual(
      [config.host, config.nodeEnv, config.databaseUrl],
      ['0.0.0.0', 'production', 'sqlite:/data/throughline.db'],
    );
    assert(dockerfile.includes('VOLUME /data'));
  });

  it('give the server in compose.yaml variables that it knows', () => {
    const names = serviceEnvironment(compose, 'server');
    assert(names.includes('DATABASE_URL') && names.includes('REDIS_URL'), names.join());
    assert.deepEqual(
      names.filter((name) => !configVariables.includes(name)),
      [],
    );
  });

  it('refuse to start in compose.yaml without an API key', () => {
    assert.match(compose, /THROUGHLINE_API_KEY: \$\{THROUGHLINE_API_KEY:\?[^}]+\}/);
  });
});
