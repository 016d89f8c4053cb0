import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { ESLint } from 'eslint';
import { describe, it } from 'mocha';

const root = resolve(import.meta.dirname, '../..');
const eslint = new ESLint({ cwd: root });

/** Which rules a text breaks where a module of this path stands. The path must exist: the type checker looks it up. */
async function brokenRules(path: string, text: string): Promise<readonly string[]> {
  const [result] = await eslint.lintText(text, { filePath: resolve(root, path) });
  const messages = result?.messages ?? [];
  return [...new Set(messages.map(({ ruleId, message }) => ruleId ?? message))].sort();
}

const anywhere: readonly (readonly [string, string])[] = [
  ['@typescript-eslint/no-floating-promises', 'Promise.resolve(1);'],
  [
    '@typescript-eslint/no-misused-promises',
    'export const f = (p: Promise<boolean>): number => (p ? 1 : 2);',
  ],
  ['@typescript-eslint/no-explicit-any', 'export const f = (a: any): number => (a === 1 ? 1 : 2);'],
  ['@typescript-eslint/no-non-null-assertion', 'export const f = (a: { b?: string }): string => a.b!;'],
  [
    '@typescript-eslint/switch-exhaustiveness-check',
    "export function f(k: 'a' | 'b'): number { switch (k) { case 'a': return 1; } return 2; }",
  ],
  [
    '@typescript-eslint/consistent-type-imports',
    "import { Logger } from './logger.js'; export const l = (x: Logger) => x;",
  ],
  ['@typescript-eslint/no-unsafe-assignment', "export const a: number = JSON.parse('1');"],
  ['eqeqeq', 'export const f = (a: number): boolean => a == 1;'],
  ['no-console', "console.log('x');"],
  ['no-restricted-syntax', 'export const n = (s: string): number => s as unknown as number;'],
];

const inTheEngine: readonly (readonly [string, string])[] = [
  ['no-restricted-properties', 'export const now = Date.now();'],
  ['no-restricted-properties', 'export const chance = Math.random();'],
  ['no-restricted-syntax', 'export const now = new Date();'],
  ['no-restricted-globals', 'export const env = process.env;'],
  ['no-restricted-globals', 'setTimeout(() => {}, 1);'],
];

describe('lint rules', function () {
  this.timeout(120_000);

  for (const [rule, text] of anywhere) {
    it(`refuse by ${rule}: ${text}`, async () => {
      assert.deepEqual(await brokenRules('src/platform/clock.ts', text), [rule]);
    });
  }

  for (const [rule, text] of inTheEngine) {
    it(`refuse in the engine: ${text}`, async () => {
      assert.deepEqual(await brokenRules('src/engine/state.ts', text), [rule]);
      assert.deepEqual(await brokenRules('src/platform/clock.ts', text), []);
    });
  }

  it('refuse markup in the page', async () => {
    const text = "document.body.innerHTML = 'x';";
    assert.deepEqual(await brokenRules('src/console/main.ts', text), ['no-restricted-properties']);
  });

  it('let the entry point and scripts write to the console', async () => {
    assert.deepEqual(await brokenRules('scripts/build.mjs', "console.log('x');"), []);
  });
});
