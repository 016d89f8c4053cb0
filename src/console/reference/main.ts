import { apiKey, forgetApiKey, rememberApiKey } from '../api-key.js';
import { element, pageElement } from '../element.js';
import { fieldsOf, listOf, operationsOf, textOf, type DocumentedOperation, type Fields } from './document.js';
import { operationView } from './operation-view.js';
import { prose } from './prose.js';

const main = pageElement('content');
const menu = pageElement('operations');
const notice = pageElement('notice');

async function load(): Promise<void> {
  const response = await fetch('/openapi.json');
  if (!response.ok) throw new Error(`The server answered ${response.status} to /openapi.json.`);
  const document = fieldsOf(await response.json());
  draw(document);
  openNamed();
}

function draw(document: Fields): void {
  const operations = operationsOf(document);
  const info = fieldsOf(document['info']);
  const groups = listOf(document['tags']).map(fieldsOf);
  main.replaceChildren(
    element('h1', {}, `${textOf(info['title'])} API, version ${textOf(info['version'])}`),
    ...prose(textOf(info['summary'])),
    ...groups.map((group) => groupView(group, operations, document)),
  );
  menu.replaceChildren(
    element(
      'ul',
      {},
      ...groups.map((group) => {
        const name = textOf(group['name']);
        const inside = operations.filter(({ tag }) => tag === name);
        return element(
          'li',
          {},
          element('strong', {}, name),
          element(
            'ul',
            {},
            ...inside.map(({ operationId, fields }) =>
              element('li', {}, element('a', { href: `#${operationId}` }, textOf(fields['summary']))),
            ),
          ),
        );
      }),
    ),
  );
}

function groupView(group: Fields, operations: readonly DocumentedOperation[], document: Fields): HTMLElement {
  const name = textOf(group['name']);
  return element(
    'section',
    { 'aria-label': name },
    element('h2', {}, name),
    ...prose(textOf(group['description'])),
    ...operations.filter(({ tag }) => tag === name).map((operation) => operationView(operation, document)),
  );
}

/** Opens the operation that the address names. */
function openNamed(): void {
  const named = document.getElementById(location.hash.slice(1));
  if (!(named instanceof HTMLDetailsElement)) return;
  named.open = true;
  named.scrollIntoView();
}

const key = document.querySelector<HTMLInputElement>('#reference-key');
if (key === null) throw new Error('Expected a field for the key.');
key.value = apiKey() ?? '';
key.addEventListener('input', () => {
  if (key.value === '') forgetApiKey();
  else if (key.validity.valid) rememberApiKey(key.value);
});
pageElement('key-form').addEventListener('submit', (event) => event.preventDefault());
window.addEventListener('hashchange', openNamed);

load().catch((error: unknown) => {
  notice.textContent = error instanceof Error ? error.message : String(error);
  notice.hidden = false;
});
