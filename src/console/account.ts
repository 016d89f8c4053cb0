import type { Me } from './answers.js';
import { read, signOut } from './api.js';
import { pageElement } from './element.js';

const who = pageElement('who');
const out = pageElement('sign-out');
let isKnown = false;

/** Shows who has signed in with this browser, once it is known; nothing for who bears a key, or on a development machine. */
export async function showAccount(signal: AbortSignal): Promise<void> {
  if (isKnown) return;
  try {
    const { name, roles, by } = await read<Me>('/v1/me', signal);
    isKnown = true;
    if (by !== 'session') return;
    who.textContent = `${name} (${roles.join(', ')})`;
    who.hidden = out.hidden = false;
  } catch {
    // Whatever is wrong, the view that is shown finds and tells it, too; the next one asks again.
  }
}

/** Nobody is signed in any more. */
export function forgetAccount(): void {
  isKnown = false;
  who.textContent = '';
  who.hidden = out.hidden = true;
}

/** Signs out here and goes to where the provider does the same. `onFault` is told why it could not. */
export function offerSignOut(onFault: (error: unknown) => void): void {
  const leave = async (): Promise<void> => location.assign(await signOut());
  out.addEventListener('click', () => void leave().catch(onFault));
}
