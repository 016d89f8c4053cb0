import type { SyntaxNode, Tree } from '@lezer/common';
import { parser, trackVariables } from 'lezer-feel';
import { CompileError } from './code.js';
import { maskSource, missingBracket } from './mask-source.js';

/** What a source is: an expression, or the unary tests of a decision table's cell. */
export type Dialect = 'Expression' | 'UnaryTests';

/** Built-in functions whose names hold key words, so that the tokenizer must know them. */
const namesWithKeyWords: Readonly<Record<string, unknown>> = { 'get or else': true };

const parsers = {
  Expression: parserOf('Expression', namesWithKeyWords),
  UnaryTests: parserOf('UnaryTests', namesWithKeyWords),
} as const;

/** The syntax tree's top node. Throws CompileError with what was expected, found, and where. */
export function parseSource(source: string, dialect: Dialect, knownNames: readonly string[]): SyntaxNode {
  const masked = maskSource(source);
  const tree = parse(masked, dialect, knownNames);
  const error = firstError(tree);
  if (error !== null) throw syntaxError(source, error);
  return tree.topNode;
}

function parse(masked: string, dialect: Dialect, knownNames: readonly string[]): Tree {
  const names = Object.fromEntries(knownNames.map((name) => [name, true]));
  const chosen =
    knownNames.length === 0 ? parsers[dialect] : parserOf(dialect, { ...namesWithKeyWords, ...names });
  try {
    return chosen.parse(masked);
  } catch (error) {
    // the tracker of names throws on some texts that recover into a half-read name
    const reason = error instanceof Error ? error.message : String(error);
    throw new CompileError(`Expected an expression but found text that cannot be read (${reason}).`, 0);
  }
}

function parserOf(top: Dialect, names: Readonly<Record<string, unknown>>): typeof parser {
  return parser.configure({ top, dialect: 'camunda', contextTracker: trackVariables(names) });
}

function firstError(tree: Tree): SyntaxNode | null {
  const cursor = tree.cursor();
  let first: SyntaxNode | null = null;
  do {
    if (cursor.type.isError && (first === null || cursor.from < first.from)) first = cursor.node;
  } while (cursor.next());
  return first;
}

/** A row of operands that has this many characters may have some hundred more, then the parser gives up. */
const longRow = 2_000;

function syntaxError(source: string, error: SyntaxNode): CompileError {
  const position = error.from + (/^\s*/.exec(source.slice(error.from))?.[0].length ?? 0);
  const found = /^(?:[\p{L}\p{N}_?]{1,40}|"[^"]{0,30}"?|\.\.|[<>!=]=|[^])/u.exec(source.slice(position))?.[0];
  if (found !== undefined) {
    const hint =
      position < longRow
        ? ''
        : ' The cause may be a row of operands too long to be read: use brackets or a list.';
    return new CompileError(`Expected ${expectation(error)} but found '${found}'.${hint}`, position);
  }
  const closing = missingBracket(source);
  const expected = closing === null ? expectation(error) : `'${closing}'`;
  return new CompileError(`Expected ${expected} but found the end of the expression.`, position);
}

/** What would have fitted, told from the construct that the error is in and what of it is already there. */
function expectation(error: SyntaxNode): string {
  const parent = error.parent?.name ?? '';
  const has = (name: string): boolean => error.parent?.getChild(name) !== null;
  switch (parent) {
    case 'IfExpression':
      return !has('then') ? "'then'" : !has('else') ? "'else'" : "an expression after 'else'";
    case 'ForExpression':
      return has('return') ? "an expression after 'return'" : "'return'";
    case 'QuantifiedExpression':
      return has('satisfies') ? "a condition after 'satisfies'" : "'satisfies'";
    case 'InExpression':
      return has('in') ? "a list or a range after 'in'" : "'in'";
    case 'ParenthesizedExpression':
      return "')'";
    case 'List':
      return "an item, ',' or ']'";
    case 'FilterExpression':
      return "a condition or an index, and ']'";
    case 'Context':
      return "an entry, ',' or '}'";
    case 'ContextEntry':
      return "':' and an expression";
    case 'FunctionInvocation':
    case 'PositionalParameters':
    case 'NamedParameters':
      return "an argument, ',' or ')'";
    case 'FunctionDefinition':
    case 'FormalParameters':
      return 'parameters in brackets and an expression';
    case 'PathExpression':
      return "a name after '.'";
    case 'ArithmeticExpression':
    case 'Comparison':
    case 'Conjunction':
    case 'Disjunction':
      return 'an expression after the operator';
    case 'Interval':
      return "'..' and the end of the range";
    case 'Type':
    case 'InstanceOfExpression':
      return 'a type';
    default:
      return error.prevSibling === null ? 'an expression' : 'an operator or the end of the expression';
  }
}
