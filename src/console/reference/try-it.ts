import { button, element } from '../element.js';
import { curlOf, sendCall, type CallAnswer, type WrittenCall } from './call.js';
import { fieldsOf, listOf, mediaOf, textOf, type DocumentedOperation, type Fields } from './document.js';
import { exampleOf } from './example.js';

/** So much of an answer is shown. */
const shownMax = 200_000;

interface Field {
  readonly name: string;
  readonly place: string;
  readonly input: HTMLInputElement;
}

/** A form that sends the request of an operation to this server, and shows what comes. */
export function tryIt(operation: DocumentedOperation, document: Fields): HTMLElement {
  const { operationId, fields } = operation;
  const inputs = listOf(fields['parameters']).map((parameter) => fieldOf(operationId, fieldsOf(parameter)));
  const body = bodyField(operation, document);
  const command = element('pre', { class: 'command' });
  const status = element('p', { class: 'answer-status', role: 'status' });
  const answer = element('pre', { class: 'answer', tabindex: '0', hidden: true });
  let ending = new AbortController();

  const stop = button('Stop', { hidden: true }, () => ending.abort());
  const form = element(
    'form',
    { class: 'try' },
    element('h4', {}, 'Try it'),
    ...inputs.map(({ name, place, input }) =>
      element('label', {}, element('span', {}, `${name} `, element('small', {}, place)), input),
    ),
    ...(body === undefined ? [] : [element('label', {}, element('span', {}, 'body'), body.text)]),
    element('p', {}, element('button', { type: 'submit', class: 'primary' }, 'Send'), ' ', stop),
    command,
    status,
    answer,
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    ending.abort();
    ending = new AbortController();
    const { signal } = ending;
    const call = callOf(operation, inputs, body);
    command.textContent = curlOf(call, location.origin);
    status.textContent = 'Waiting …';
    answer.hidden = true;
    stop.hidden = false;
    void show(call, signal, status, answer).finally(() => {
      if (!signal.aborted || ending.signal === signal) stop.hidden = true;
    });
  });
  return form;
}

async function show(
  call: WrittenCall,
  signal: AbortSignal,
  status: HTMLElement,
  answer: HTMLElement,
): Promise<void> {
  try {
    const came = await sendCall(call, signal);
    status.textContent = `${came.status} ${came.statusText}`.trim();
    const head = came.headers.map(([name, value]) => `${name}: ${value}\n`).join('');
    answer.textContent = head;
    answer.hidden = false;
    let text = '';
    for await (const piece of came.pieces) {
      text = (text + piece).slice(0, shownMax);
      answer.textContent = `${head}\n${shown(came, text)}`;
    }
  } catch (error) {
    if (!signal.aborted) status.textContent = error instanceof Error ? error.message : String(error);
  }
}

function shown({ headers }: CallAnswer, text: string): string {
  const type = headers.find(([name]) => name === 'content-type')?.[1] ?? '';
  if (!/\bjson\b/.test(type)) return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    // Not all of it is there yet, or it was too long.
    return text;
  }
}

function fieldOf(operationId: string, parameter: Fields): Field {
  const [name, place] = [textOf(parameter['name']), textOf(parameter['in'])];
  const isRequired = parameter['required'] === true;
  const input = element('input', {
    name,
    id: `${operationId}-${name}`,
    required: isRequired,
    autocomplete: 'off',
  });
  return { name, place, input };
}

interface BodyField {
  readonly text: HTMLTextAreaElement;
  readonly type: string;
}

function bodyField({ operationId, fields }: DocumentedOperation, document: Fields): BodyField | undefined {
  const media = mediaOf(fieldsOf(fields['requestBody'])['content']);
  if (media === undefined) return undefined;
  const text = element('textarea', { id: `${operationId}-body`, rows: '6', spellcheck: 'false' });
  text.value = JSON.stringify(exampleOf(media.schema, document), null, 2);
  return { text, type: media.type };
}

function callOf(
  { method, path }: DocumentedOperation,
  inputs: readonly Field[],
  body: BodyField | undefined,
): WrittenCall {
  const given = inputs.filter(({ input }) => input.value !== '');
  const filled = path.replaceAll(/\{(\w+)\}/g, (_all, name: string) =>
    encodeURIComponent(
      given.find((field) => field.place === 'path' && field.name === name)?.input.value ?? '',
    ),
  );
  const query = new URLSearchParams(
    given
      .filter(({ place }) => place === 'query')
      .map(({ name, input }): [string, string] => [name, input.value]),
  ).toString();
  const headers = given
    .filter(({ place }) => place === 'header')
    .map(({ name, input }): [string, string] => [name, input.value]);
  const text = body?.text.value.trim() ?? '';
  return {
    method,
    path: query === '' ? filled : `${filled}?${query}`,
    headers: {
      ...Object.fromEntries(headers),
      ...(body === undefined || text === '' ? {} : { 'Content-Type': body.type }),
    },
    body: text === '' ? undefined : text,
  };
}
