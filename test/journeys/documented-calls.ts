import assert from 'node:assert/strict';

/** A call of the REST interface as a document tells it. `ID`, `TASK`, `TIMER` and `INCIDENT` stand for ids of answers before it. */
export interface Call {
  readonly method: string;
  readonly path: string;
  readonly body?: string;
}

type Answer = Readonly<Record<string, unknown>>;

/** Does documented calls one after the other, as somebody who pastes them would. */
export class DocumentedCaller {
  /** What stands for `ID` and the like: as answered last. */
  readonly #ids = new Map<string, string>();

  constructor(private readonly url: string) {}

  /** Answers undefined while there is nothing yet to be seen, or nobody yet who takes the message. */
  async send({ method, path, body }: Call): Promise<Answer | undefined> {
    const whole = path.replace(
      /\b(ID|TASK|TIMER|INCIDENT)\b/g,
      (name) => this.#ids.get(name) ?? assert.fail(`no ${name}`),
    );
    const headers = new Headers(body === undefined ? {} : { 'Content-Type': 'application/json' });
    const response = await fetch(`${this.url}/v1${whole}`, { method, headers, body: body ?? null });
    const text = await response.text();
    assert(response.ok, `${method} ${whole} answered ${response.status}: ${text}`);
    const answer = text === '' ? {} : (JSON.parse(text) as Answer);
    const isEmpty = Array.isArray(answer['items']) && answer['items'].length === 0;
    if (isEmpty || answer['outcome'] === 'discarded') return undefined;
    this.#remember(answer);
    return answer;
  }

  #remember(answer: Answer): void {
    const items: unknown = answer['items'];
    const first: unknown = Array.isArray(items) ? items[0] : answer;
    if (typeof first !== 'object' || first === null) return;
    const named = new Map(Object.entries(first));
    for (const [name, property] of [
      ['ID', 'processInstanceId'],
      ['TASK', 'userTaskId'],
      ['TIMER', 'timerId'],
      ['INCIDENT', 'incidentId'],
    ] as const) {
      const value: unknown = named.get(property);
      if (typeof value === 'string') this.#ids.set(name, value);
    }
  }
}

/** The curl lines of the text's shell blocks, with the variables that it sets. */
export function callsOf(text: string): readonly Call[] {
  const lines = [...text.matchAll(/^```sh\n(.*?)^```/gms)].flatMap(([, block = '']) =>
    block.trim().split('\n'),
  );
  return lines
    .filter((line) => line.startsWith('curl'))
    .map((line) => {
      const pattern = /^curl -s(?: -X (?<verb>[A-Z]+))? \$B(?<path>\S+)(?: -H "\$J" -d '(?<body>[^']*)')?$/;
      const {
        verb,
        path = '',
        body,
      } = pattern.exec(line)?.groups ?? assert.fail(`expected a call but found ${line}`);
      const method = verb ?? (body === undefined ? 'GET' : 'POST');
      return { method, path, ...(body === undefined ? {} : { body }) };
    });
}
