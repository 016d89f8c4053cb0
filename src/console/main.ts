import { forgetAccount, offerSignOut, showAccount } from './account.js';
import { apiKey, forgetApiKey } from './api-key.js';
import { Refused } from './api.js';
import { definitionsView } from './definitions-view.js';
import { element, pageElement } from './element.js';
import { instanceView } from './instance/instance-view.js';
import { instancesView } from './instances-view.js';
import { keepFresh } from './keep-fresh.js';
import { keyForm } from './key-form.js';
import { routeOf, type Route } from './route.js';
import { signInForm } from './sign-in-form.js';
import type { Stage, View } from './view.js';

const main = pageElement('content');
const notice = pageElement('notice');
const done = pageElement('done');
const forgetKey = pageElement('forget-key');

let leaving = new AbortController();

/** Shows what the address says, from the beginning. */
function show(): void {
  leaving.abort();
  leaving = new AbortController();
  const { signal } = leaving;
  const route = routeOf(location.hash);
  done.textContent = '';
  tell(undefined);
  markCurrent(route);
  void showAccount(signal);
  forgetKey.hidden = apiKey() === undefined;

  let refresh = (): void => undefined;
  const stage: Stage = {
    signal,
    refreshNow: () => refresh(),
    act: (action, text) => act(action, text, stage),
  };
  const view = route === undefined ? nowhere() : viewOf(route, stage);
  document.title = `${view.title} – Throughline`;
  main.replaceChildren(...view.content);
  refresh = keepFresh({ everyMs: view.everyMs, signal, refresh: view.refresh, onAttempt: tell });
}

function viewOf(route: Route, stage: Stage): View {
  switch (route.page) {
    case 'definitions':
      return definitionsView(route.pageNumber, stage);
    case 'instances':
      return instancesView(route.search, route.pageNumber, stage);
    case 'instance':
      return instanceView(route.processInstanceId, stage);
  }
}

function nowhere(): View {
  const back = element('a', { href: '#/' }, 'Processes');
  return {
    title: 'Not found',
    content: [element('h1', {}, 'There is no such page'), element('p', {}, 'Go to ', back, '.')],
    everyMs: 60_000,
    refresh: () => Promise.resolve(),
  };
}

async function act(action: () => Promise<void>, text: string, { signal, refreshNow }: Stage): Promise<void> {
  done.textContent = '';
  try {
    await action();
    if (!signal.aborted) done.textContent = text;
  } catch (error) {
    if (!signal.aborted) done.textContent = messageOf(error);
  }
  refreshNow();
}

/** Tells what went wrong, or takes it away; asks to sign in, or for the key, where that was the reason. */
function tell(error: unknown): void {
  const isUnknown = error instanceof Refused && error.status === 401;
  if (isUnknown) askWho(error.loginUrl);
  const text = error === undefined || isUnknown ? '' : messageOf(error);
  // Nothing more is coming, until it is asked for again.
  main.classList.toggle('refused', error instanceof Refused);
  // Setting the same text again would have it read out again.
  if (notice.textContent !== text) notice.textContent = text;
  notice.hidden = text === '';
}

function askWho(loginUrl: string | undefined): void {
  leaving.abort();
  forgetAccount();
  if (loginUrl !== undefined) forgetApiKey();
  main.replaceChildren(loginUrl === undefined ? keyForm(show) : signInForm(loginUrl));
  forgetKey.hidden = true;
  document.getElementById(loginUrl === undefined ? 'api-key' : 'sign-in')?.focus();
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function markCurrent(route: Route | undefined): void {
  const current = { definitions: 'to-definitions', instances: 'to-instances', instance: 'to-instances' };
  for (const id of ['to-definitions', 'to-instances']) {
    const isCurrent = route !== undefined && current[route.page] === id;
    if (isCurrent) pageElement(id).setAttribute('aria-current', 'page');
    else pageElement(id).removeAttribute('aria-current');
  }
}

window.addEventListener('hashchange', () => {
  show();
  main.focus({ preventScroll: true });
  window.scrollTo(0, 0);
});
offerSignOut((error) => (done.textContent = messageOf(error)));
forgetKey.addEventListener('click', () => {
  forgetApiKey();
  forgetAccount();
  show();
});
show();
