import { apiKey, forgetApiKey, rememberApiKey } from './api-key.js';
import { element } from './element.js';

/** Asks for the API key that the server wants, then goes on. A key that was not accepted is forgotten. */
export function keyForm(goOn: () => void): HTMLElement {
  const wasGiven = apiKey() !== undefined;
  forgetApiKey();
  const attributes = {
    id: 'api-key',
    type: 'password',
    required: true,
    // What a header field can carry.
    pattern: '[\\x21-\\x7e]+',
    title: 'Letters, digits and signs of ASCII, without spaces',
    autocomplete: 'off',
  };
  const key = element('input', { ...attributes, 'aria-describedby': 'api-key-help' });
  const form = element(
    'form',
    { class: 'key' },
    element('h1', {}, 'API key'),
    ...(wasGiven ? [element('p', { class: 'notice', role: 'alert' }, 'The key was not accepted.')] : []),
    element('label', {}, element('span', {}, 'Key'), key),
    element(
      'p',
      { id: 'api-key-help', class: 'muted' },
      'The server was started with THROUGHLINE_API_KEY. The key is kept until this browser tab is closed.',
    ),
    element('button', { type: 'submit', class: 'primary' }, 'Go on'),
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    rememberApiKey(key.value);
    goOn();
  });
  return form;
}
