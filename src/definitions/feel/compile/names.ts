import type { SyntaxNode } from '@lezer/common';
import { childrenOf } from './compilation.js';
import type { Compilation } from './compilation.js';

/**
 * A name as it is looked up: its words, one space between them. In backticks it is what stands between them, so
 * that names with operators or key words in them can be written.
 */
export function nameOf(node: SyntaxNode, compilation: Compilation): string {
  const parts = childrenOf(node);
  const first = parts[0];
  if (first?.name === 'BacktickIdentifier') return compilation.textOf(first).slice(1, -1);
  if (first?.name === 'Name') return nameOf(first, compilation);
  if (parts.length === 1) return compilation.textOf(node);
  return compilation
    .textOf(node)
    .replace(/\/\*.*?\*\//gs, ' ')
    .replace(/\s+/g, ' ');
}

/** The ways a name with operators in it can be spelled as a key: `a - b` and `a-b` are one name. */
export function spellingsOf(name: string): readonly string[] {
  const tight = name.replace(/\s*([./\-'+*])\s*/g, '$1');
  return tight === name ? [name] : [name, tight];
}
