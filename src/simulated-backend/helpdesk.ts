import { Refusal } from './json-exchange.js';

/** What the knowledge base says; both null when it knows nothing. */
export interface Answer {
  readonly article: string | null;
  readonly answer: string | null;
}

export interface ClosedCase {
  readonly caseNumber: string;
  /** Who, or what, has solved it. */
  readonly solvedBy: string;
  /** 1 to 5; null when the customer has not said. */
  readonly satisfaction: number | null;
}

interface Article {
  readonly article: string;
  /** A problem that contains one of these is answered by it. */
  readonly words: readonly string[];
  readonly answer: string;
}

/** The word in a problem that keeps the knowledge base from answering at all. */
export const unavailableWord = 'unanswerable';

const articles: readonly Article[] = [
  {
    article: 'KB-1',
    words: ['password', 'login', 'sign in'],
    answer:
      'Open the app, choose "Forgot password" and follow the link that we send you. It is good for an hour.',
  },
  {
    article: 'KB-2',
    words: ['internet', 'connection', 'router'],
    answer: 'Unplug the router, wait for half a minute, plug it in again, and wait until its lamp is green.',
  },
  {
    article: 'KB-3',
    words: ['invoice', 'bill'],
    answer:
      'You find all invoices under "My account", "Documents". A new one is there on the third of each month.',
  },
];

/** The oldest are forgotten beyond this. */
const mostRemembered = 10_000;

/** The helpdesk of the simulated business: it knows some answers, and which cases are closed. In memory, and gone at its end. */
export class Helpdesk {
  readonly #closed = new Map<string, ClosedCase>();

  /** @throws Refusal 503 for a problem that contains {@link unavailableWord}. */
  findAnswer(problem: string): Answer {
    const text = problem.toLowerCase();
    if (text.includes(unavailableWord)) {
      throw new Refusal(503, 'knowledge-base-down', 'The knowledge base does not answer.');
    }
    const found = articles.find(({ words }) => words.some((word) => text.includes(word)));
    return { article: found?.article ?? null, answer: found?.answer ?? null };
  }

  /** Closing a case again changes what is known of it. */
  close(closed: ClosedCase): void {
    this.#closed.delete(closed.caseNumber);
    this.#closed.set(closed.caseNumber, closed);
    const [oldest] = this.#closed.keys();
    if (this.#closed.size > mostRemembered && oldest !== undefined) this.#closed.delete(oldest);
  }

  closedCase(caseNumber: string): ClosedCase | undefined {
    return this.#closed.get(caseNumber);
  }
}

/** A rating of a request's body. @throws Refusal 400 when it is neither null nor a whole number from 1 to 5. */
export function ratingField(body: Readonly<Record<string, unknown>>, name: string): number | null {
  const value = body[name] ?? null;
  if (value === null) return null;
  if (typeof value === 'number' && [1, 2, 3, 4, 5].includes(value)) return value;
  throw new Refusal(400, 'invalid-body', `Expected ${name} to be null or a whole number from 1 to 5.`);
}
