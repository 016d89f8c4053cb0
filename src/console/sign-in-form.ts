import { button, element } from './element.js';

/** Offers to sign in at the address that the server has told, and to come back to what is shown now. */
export function signInForm(loginUrl: string): HTMLElement {
  const signIn = (): void => {
    const url = new URL(loginUrl, location.href);
    if (!/^https?:$/.test(url.protocol)) throw new Error(`Expected a web address but found ${loginUrl}.`);
    url.searchParams.set('return_to', `/${location.hash}`);
    location.assign(url);
  };
  return element(
    'section',
    { class: 'key' },
    element('h1', {}, 'You are not signed in'),
    element('p', { class: 'muted' }, 'Your identity provider asks who you are, then brings you back here.'),
    button('Sign in', { id: 'sign-in', class: 'primary' }, signIn),
  );
}
