import type { SyntaxNode } from '@lezer/common';
import { parseTemporal } from '../temporal/parse-temporal.js';
import { contextOf } from '../values/value.js';
import type { Value } from '../values/value.js';
import { CompileError, constant, folded } from './code.js';
import type { Code } from './code.js';
import { childAt, childrenOf } from './compilation.js';
import type { Compilation } from './compilation.js';
import { nameOf } from './names.js';
import type { Scope } from './scope.js';

/** A number (DMN 1.4, 10.3.1.2 rule 37): an IEEE 754 double. */
export function compileNumber(node: SyntaxNode, _scope: Scope, compilation: Compilation): Code {
  const text = compilation.textOf(node);
  const value = Number(text.replace(/\s|\/\*[^]*?\*\/|\/\/[^\n]*\n/g, ''));
  if (!Number.isFinite(value)) {
    throw new CompileError(`Expected a number that a double can hold but found ${text}.`, node.from);
  }
  return constant(value + 0);
}

/** A string with its escapes resolved (DMN 1.4, 10.3.1.2 rules 35 and 64). */
export function compileString(node: SyntaxNode, _scope: Scope, compilation: Compilation): Code {
  return constant(stringOf(node, compilation));
}

export function compileBoolean(node: SyntaxNode, _scope: Scope, compilation: Compilation): Code {
  return constant(compilation.textOf(node) === 'true');
}

export function compileNull(): Code {
  return constant(null);
}

/** `@"…"`: a temporal value, null when the text is none (DMN 1.4, 10.3.1.2 rule 62). */
export function compileAtLiteral(node: SyntaxNode, _scope: Scope, compilation: Compilation): Code {
  return constant(parseTemporal(stringOf(childAt(node, 0), compilation)));
}

export function compileList(node: SyntaxNode, scope: Scope, compilation: Compilation): Code {
  const items = childrenOf(node)
    .slice(1, -1)
    .map((item) => compilation.compile(item, scope));
  const evaluators = items.map((item) => item.evaluate);
  return folded(items, (run) => {
    run.charge(1 + evaluators.length);
    return evaluators.map((evaluate) => evaluate(run));
  });
}

/** A context; an entry sees the entries before it (DMN 1.4, 10.3.2.6). */
export function compileContext(node: SyntaxNode, scope: Scope, compilation: Compilation): Code {
  const names = new Set<string>();
  let inner = scope;
  const entries = childrenOf(node)
    .slice(1, -1)
    .map((entry) => {
      const name = keyOf(childAt(entry, 0), compilation);
      if (names.has(name) || name === '__proto__') {
        const reason = name === '__proto__' ? 'another key than' : 'each key once but found again';
        throw new CompileError(`Expected ${reason} '${name}'.`, entry.from);
      }
      names.add(name);
      const code = compilation.compile(childAt(entry, -1), inner);
      const bound = inner.with(name);
      inner = bound.scope;
      return { name, slot: bound.slot, code };
    });
  if (entries.every((entry) => entry.code.constant !== undefined)) {
    return constant(contextOf(entries.map((entry) => [entry.name, entry.code.constant ?? null])));
  }
  return {
    constant: undefined,
    evaluate: (run) => {
      run.charge(1 + entries.length);
      const values = entries.map((entry): [string, Value] => {
        const value = entry.code.evaluate(run);
        run.slots[entry.slot] = value;
        return [entry.name, value];
      });
      return contextOf(values);
    },
  };
}

function keyOf(key: SyntaxNode, compilation: Compilation): string {
  const inner = childAt(key, 0);
  return inner.name === 'StringLiteral' ? stringOf(inner, compilation) : nameOf(inner, compilation);
}

/** The text of a string literal. A backslash before anything that is no escape stands for itself. */
export function stringOf(node: SyntaxNode, compilation: Compilation): string {
  const inside = compilation.textOf(node).slice(1, -1);
  if (!inside.includes('\\')) return inside;
  return inside.replace(
    /\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{6})|(["'\\nrt]))/g,
    (escape: string, unit?: string, codePoint?: string, character?: string) => {
      if (unit !== undefined) return String.fromCharCode(parseInt(unit, 16));
      if (codePoint === undefined) return escaped[character ?? ''] ?? escape;
      const code = parseInt(codePoint, 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : escape;
    },
  );
}

const escaped: Readonly<Record<string, string>> = {
  '"': '"',
  "'": "'",
  '\\': '\\',
  n: '\n',
  r: '\r',
  t: '\t',
};
