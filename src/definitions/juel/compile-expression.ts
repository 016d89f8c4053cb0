import type { JsonValue } from '../../engine/json.js';
import type { EvaluationContext } from '../../engine/process-model.js';
import { arithmetic, equal, isEmpty, member, negated, ordered, truth } from './operations.js';
import type { ArithmeticOperator, OrderOperator } from './operations.js';
import { JuelError, words } from './tokens.js';
import type { Token } from './tokens.js';

/** A compiled expression. @throws Error that explains itself, for values that an operator does not take */
export type Evaluator = (context: EvaluationContext) => JsonValue;

/** How deep parentheses, brackets, signs and choices may be nested in each other. */
const nestingMax = 100;
/** How many operators and steps of paths one expression may have: evaluation goes as deep as that. */
const operatorsMax = 500;

/** What Camunda 7 puts before a model's own variables: objects of Java. */
const hostNames: ReadonlySet<string> = new Set([
  'execution',
  'task',
  'caseExecution',
  'externalTask',
  'authenticatedUserId',
  'connector',
]);

const orders: Readonly<Record<string, OrderOperator>> = {
  '<': '<',
  lt: '<',
  '<=': '<=',
  le: '<=',
  '>': '>',
  gt: '>',
  '>=': '>=',
  ge: '>=',
};
const sums: Readonly<Record<string, ArithmeticOperator>> = { '+': '+', '-': '-' };
const products: Readonly<Record<string, ArithmeticOperator>> = {
  '*': '*',
  '/': '/',
  div: '/',
  '%': '%',
  mod: '%',
};

/**
 * Compiles the tokens between the braces of one `${…}` to closures, by recursive descent in the order of precedence of
 * the Jakarta Expression Language: `?:`, or, and, equality, order, sum, product, unary, path. Names read are added to `variables`.
 * @throws JuelError with what was expected, or why it is not taken
 */
export function compileTokens(tokens: readonly Token[], variables: Set<string>): Evaluator {
  return new Parser(tokens, variables).parse();
}

class Parser {
  private at = 0;
  private nesting = 0;
  private operators = 0;

  constructor(
    private readonly tokens: readonly Token[],
    private readonly variables: Set<string>,
  ) {}

  parse(): Evaluator {
    const evaluate = this.choice();
    const token = this.token;
    if (token.kind === 'end') return evaluate;
    throw this.unexpected('an operator or "}"', token);
  }

  /** `a ? b : c` */
  private choice(): Evaluator {
    return this.nested(() => {
      const condition = this.or();
      if (!this.takes('?')) return condition;
      const whenTrue = this.choice();
      this.expect(':');
      const whenFalse = this.choice();
      return (context) => {
        const chosen = truth(condition(context));
        if (chosen === null)
          throw new Error('Expected true or false before "?" but found null; is a variable missing?');
        return chosen ? whenTrue(context) : whenFalse(context);
      };
    });
  }

  /** True where one is true, even beside null; false where both are false. */
  private or(): Evaluator {
    let left = this.and();
    while (this.takes('||', 'or')) {
      const [a, b] = [left, this.and()];
      left = (context) => {
        const first = truth(a(context));
        if (first === true) return true;
        const second = truth(b(context));
        return second === true ? true : first === null || second === null ? null : false;
      };
    }
    return left;
  }

  /** False where one is false, even beside null; true where both are true. */
  private and(): Evaluator {
    let left = this.equality();
    while (this.takes('&&', 'and')) {
      const [a, b] = [left, this.equality()];
      left = (context) => {
        const first = truth(a(context));
        if (first === false) return false;
        const second = truth(b(context));
        return second === false ? false : first === null || second === null ? null : true;
      };
    }
    return left;
  }

  private equality(): Evaluator {
    let left = this.order();
    for (
      let operator = this.takes('==', 'eq', '!=', 'ne');
      operator;
      operator = this.takes('==', 'eq', '!=', 'ne')
    ) {
      const [a, b] = [left, this.order()];
      const expected = operator === '==' || operator === 'eq';
      left = (context) => equal(a(context), b(context)) === expected;
    }
    return left;
  }

  private order(): Evaluator {
    return this.binary(orders, () => this.sum(), ordered);
  }

  private sum(): Evaluator {
    return this.binary(sums, () => this.product(), arithmetic);
  }

  private product(): Evaluator {
    return this.binary(products, () => this.unary(), arithmetic);
  }

  private binary<Operator>(
    operators: Readonly<Record<string, Operator>>,
    operand: () => Evaluator,
    apply: (operator: Operator, a: JsonValue, b: JsonValue) => JsonValue,
  ): Evaluator {
    let left = operand();
    for (;;) {
      const found = this.takes(...Object.keys(operators));
      const operator = found === undefined ? undefined : operators[found];
      if (operator === undefined) return left;
      const [a, b] = [left, operand()];
      left = (context) => apply(operator, a(context), b(context));
    }
  }

  private unary(): Evaluator {
    const operator = this.takes('-', '!', 'not', 'empty');
    if (operator === undefined) return this.path();
    const operand = this.nested(() => this.unary());
    if (operator === '-') return (context) => negated(operand(context));
    if (operator === 'empty') return (context) => isEmpty(operand(context));
    return (context) => {
      const value = truth(operand(context));
      return value === null ? null : !value;
    };
  }

  /** A value and what is taken out of it: `order.items[0]['net price']`. */
  private path(): Evaluator {
    let value = this.value();
    for (;;) {
      const from = value;
      if (this.takes('.')) {
        const name = this.token;
        if (name.kind !== 'name') throw this.unexpected('a name after "."', name);
        this.at++;
        this.refuseCall(name.text);
        value = (context) => member(from(context), name.text);
      } else if (this.takes('[')) {
        const key = this.choice();
        this.expect(']');
        this.refuseCall('[…]');
        value = (context) => member(from(context), key(context));
      } else {
        return value;
      }
    }
  }

  private value(): Evaluator {
    const token = this.token;
    if (token.kind === 'number' || token.kind === 'string') {
      this.at++;
      const { value } = token;
      return () => value;
    }
    if (token.kind === 'name') return this.named(token);
    if (!this.takes('(')) throw this.unexpected('a value', token);
    const inner = this.choice();
    this.expect(')');
    return inner;
  }

  private named(token: Extract<Token, { kind: 'name' }>): Evaluator {
    const name = token.text;
    if (name === 'true' || name === 'false' || name === 'null') {
      this.at++;
      const value = name === 'null' ? null : name === 'true';
      return () => value;
    }
    if (words.has(name)) throw this.unexpected('a value', token);
    this.at++;
    this.refuseCall(name);
    if (name === 'execution' && this.takesBusinessKey()) return ({ businessKey }) => businessKey ?? null;
    if (hostNames.has(name))
      throw new JuelError(
        `${name} is an object of Camunda 7 that is not here; use variables`,
        token.position,
      );
    this.variables.add(name);
    return (context) => context.get(name) ?? null;
  }

  /** `execution.processBusinessKey`, or `businessKey`: all that is known here of an execution. */
  private takesBusinessKey(): boolean {
    const property = this.tokens[this.at + 1];
    if (!isSymbol(this.token, '.') || property?.kind !== 'name') return false;
    if (property.text !== 'processBusinessKey' && property.text !== 'businessKey') return false;
    this.at += 2;
    return true;
  }

  /** What is called is Java: a method, a bean's or a function's. */
  private refuseCall(name: string): void {
    if (!isSymbol(this.token, '(')) return;
    throw new JuelError(
      `${name}(…) calls a method or function of Java; use FEEL after "=", or let a job do it`,
      this.token.position,
    );
  }

  private get token(): Token {
    return this.tokens[this.at] ?? { kind: 'end', text: '}', position: 0 };
  }

  /** Takes the next token where it is one of these symbols or words; answers which. */
  private takes(...texts: readonly string[]): string | undefined {
    const token = this.token;
    if (token.kind !== 'symbol' && token.kind !== 'name') return undefined;
    if (token.kind === 'name' && !words.has(token.text)) return undefined;
    if (!texts.includes(token.text)) return undefined;
    this.at++;
    if (++this.operators > operatorsMax)
      throw new JuelError(`expected at most ${operatorsMax} operators`, token.position);
    return token.text;
  }

  private expect(text: string): void {
    if (!this.takes(text)) throw this.unexpected(`"${text}"`, this.token);
  }

  private nested<T>(read: () => T): T {
    if (++this.nesting > nestingMax)
      throw new JuelError(`expected at most ${nestingMax} levels of nesting`, this.token.position);
    const result = read();
    this.nesting--;
    return result;
  }

  private unexpected(expected: string, token: Token): JuelError {
    const found = token.kind === 'number' || token.kind === 'string' ? String(token.value) : token.text;
    const hint = hints.get(found);
    return new JuelError(
      `expected ${expected} but found ${found.slice(0, 40)}${hint === undefined ? '' : `: ${hint}`}`,
      token.position,
    );
  }
}

const hints: ReadonlyMap<string, string> = new Map([
  ['=', 'variables are not assigned in expressions; compare with =='],
  ['->', 'functions are not defined in expressions; use FEEL after "="'],
  ['+=', 'texts are joined as in "${a}${b}"'],
  [':', 'functions with a prefix are Java; use FEEL after "="'],
  [';', 'one expression is taken'],
  ['instanceof', 'Java classes cannot be reached'],
  ['{', 'lists and maps are written in FEEL after "="'],
  ['[', 'lists and maps are written in FEEL after "="'],
]);

function isSymbol(token: Token | undefined, text: string): boolean {
  return token?.kind === 'symbol' && token.text === text;
}
