import type { Response } from 'express';
import type { SignInFault } from '../../identity/oidc/sign-in-error.js';
import { send } from '../respond/send.js';

/** What a person may be told. Nothing of a request is in it: there is nothing to escape. */
interface Telling {
  readonly title: string;
  readonly text: string;
  readonly link: readonly [href: string, text: string];
}

const again = ['/login', 'Sign in again'] as const;
const asAnother = ['/login?prompt=login', 'Sign in as somebody else'] as const;

const tellings: Readonly<Record<SignInFault | 'unavailable' | 'busy' | 'failed', Telling>> = {
  stale: {
    title: 'This sign-in is over',
    text: 'It was begun in another browser, or too long ago, or it has been finished already.',
    link: again,
  },
  denied: {
    title: 'You are not signed in',
    text: 'The identity provider has ended the sign-in without a result.',
    link: again,
  },
  untrusted: {
    title: 'You are not signed in',
    text: 'The answer of the identity provider could not be trusted. The log of the server says why.',
    link: again,
  },
  claims: {
    title: 'You are not signed in',
    text: 'The identity provider knows you, but does not tell this server what it needs to know. The log of the server says what.',
    link: asAnother,
  },
  'no-role': {
    title: 'You have no role here',
    text: 'The identity provider knows you, but has given you no role on this server. Ask those who run it for one.',
    link: asAnother,
  },
  unavailable: {
    title: 'Nobody can sign in now',
    text: 'The identity provider or the database does not answer. Try again in a moment.',
    link: again,
  },
  busy: {
    title: 'Too many sign in at once',
    text: 'Try again in a moment.',
    link: again,
  },
  failed: {
    title: 'The server has made a mistake',
    text: 'You are not signed in. The log of the server says more.',
    link: again,
  },
};

/** No script, no form, nothing from elsewhere; only our style. */
const policy =
  "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

export function sendLoginPage(res: Response, status: number, what: keyof typeof tellings): void {
  const { title, text, link } = tellings[what];
  const [href, label] = link;
  res.setHeader('Content-Security-Policy', policy);
  const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>${title} – Throughline</title>
    <link rel="stylesheet" href="/console/page.css" />
  </head>
  <body>
    <main>
      <h1>${title}</h1>
      <p>${text}</p>
      <p><a href="${href}">${label}</a> · <a href="/">To the page</a></p>
    </main>
  </body>
</html>
`;
  send(res, status, 'text/html; charset=utf-8', page);
}
