import type { SyntaxNode } from '@lezer/common';
import { normalizeContextKey } from 'lezer-feel';
import { CompileError } from './code.js';
import type { Code } from './code.js';
import type { Scope } from './scope.js';

/** Compiles one kind of syntax node. */
export type NodeCompiler = (node: SyntaxNode, scope: Scope, compilation: Compilation) => Code;

/** Levels that the syntax tree may be deep. */
const depthMax = 250;

/** The compilation of one source: its text, the free names seen so far, and how deep in the tree it is. */
export class Compilation {
  readonly variables = new Set<string>();
  private depth = 0;
  private deepest = 0;

  private readonly knownNames: ReadonlyMap<string, string>;

  constructor(
    readonly source: string,
    private readonly compilers: Readonly<Record<string, NodeCompiler>>,
    knownNames: readonly string[],
    /** Variables that hold functions: they can be called by name, and cover built-in functions. */
    private readonly functionNames: ReadonlySet<string> = new Set(),
  ) {
    this.knownNames = new Map(knownNames.map((name) => [normalizeContextKey(name), name]));
  }

  /** Compiles a node of any kind; throws CompileError. */
  compile(node: SyntaxNode, scope: Scope): Code {
    const compiler = Object.hasOwn(this.compilers, node.name) ? this.compilers[node.name] : undefined;
    if (compiler === undefined) {
      throw new CompileError(`Expected an expression but found '${this.textOf(node)}'.`, node.from);
    }
    this.enter(node);
    const code = compiler(node, scope, this);
    this.depth--;
    return code;
  }

  /** Compiles what `compile` does, and tells how many levels deep it is. */
  measured(node: SyntaxNode, scope: Scope): { readonly code: Code; readonly levels: number } {
    const outside = this.deepest;
    this.deepest = this.depth;
    const code = this.compile(node, scope);
    const levels = this.deepest - this.depth;
    this.deepest = Math.max(outside, this.deepest);
    return { code, levels };
  }

  /** Notes that the expression reads a variable; answers the name as the caller spells it. */
  variableNamed(name: string): string {
    const spelled = this.knownNames.get(normalizeContextKey(name)) ?? name;
    this.variables.add(spelled);
    return spelled;
  }

  /** Whether a variable of that name holds a function. */
  holdsFunction(name: string): boolean {
    return this.functionNames.has(normalizeContextKey(name));
  }

  textOf(node: SyntaxNode): string {
    return this.source.slice(node.from, node.to);
  }

  private enter(node: SyntaxNode): void {
    this.depth++;
    this.deepest = Math.max(this.deepest, this.depth);
    if (this.depth > depthMax) {
      throw new CompileError(`Expected at most ${depthMax} levels of nesting but found more.`, node.from);
    }
  }
}

/** The children of a node without comments. */
export function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) {
    if (!child.type.isSkipped && child.name !== 'LineComment' && child.name !== 'BlockComment') {
      children.push(child);
    }
  }
  return children;
}

/** The child at an index, which the grammar promises to be there. */
export function childAt(node: SyntaxNode, index: number): SyntaxNode {
  const child = childrenOf(node).at(index);
  if (child === undefined) {
    throw new CompileError(`Expected more in this ${node.name} but found its end.`, node.to);
  }
  return child;
}

/** The first child of this name, null when there is none. */
export function childNamed(node: SyntaxNode, name: string): SyntaxNode | null {
  return childrenOf(node).find((child) => child.name === name) ?? null;
}
