import type { IncomingMessage } from 'node:http';
import type { Response } from 'express';
import type { OidcConfig } from '../../platform/oidc-config.js';
import { attemptLimitMs } from '../../identity/oidc/login-attempt.js';

/**
 * The two cookies of a sign-in. Over https they have the prefix with which a browser takes them only from this very host, over TLS and
 * for every path (RFC 6265bis, 4.1.3.2), so that no neighbour sets them; on this machine's http neither prefix nor `Secure`, which some
 * browsers refuse there.
 */
export class LoginCookies {
  readonly #isSecure: boolean;

  constructor({ publicOrigin }: Pick<OidcConfig, 'publicOrigin'>) {
    this.#isSecure = publicOrigin.startsWith('https:');
  }

  /** What the browser holds of a session. */
  session(req: IncomingMessage): string | undefined {
    return this.#read(req, 'session');
  }

  /** What it holds of a sign-in that it has begun. */
  attempt(req: IncomingMessage): string | undefined {
    return this.#read(req, 'login');
  }

  /** Without Max-Age: the browser forgets it when it is closed, the server when the session's time is over. */
  setSession(res: Response, value: string): void {
    this.#set(res, 'session', value);
  }

  setAttempt(res: Response, value: string): void {
    this.#set(res, 'login', value, attemptLimitMs / 1_000);
  }

  forgetSession(res: Response): void {
    this.#set(res, 'session', '', 0);
  }

  forgetAttempt(res: Response): void {
    this.#set(res, 'login', '', 0);
  }

  #name(which: 'session' | 'login'): string {
    return `${this.#isSecure ? '__Host-' : ''}throughline-${which}`;
  }

  /** One that is there twice was set by somebody else, too: then neither is taken. */
  #read({ headers }: IncomingMessage, which: 'session' | 'login'): string | undefined {
    const begins = `${this.#name(which)}=`;
    const found = (headers.cookie ?? '')
      .split(';')
      .map((pair) => pair.trim())
      .filter((pair) => pair.startsWith(begins))
      .map((pair) => pair.slice(begins.length));
    return found.length === 1 && found[0] !== '' ? found[0] : undefined;
  }

  #set(res: Response, which: 'session' | 'login', value: string, maxAgeSeconds?: number): void {
    const attributes = [
      `${this.#name(which)}=${value}`,
      'Path=/',
      'HttpOnly',
      // Lax and not Strict: the provider's redirect comes from another site.
      'SameSite=Lax',
      ...(this.#isSecure ? ['Secure'] : []),
      ...(maxAgeSeconds === undefined ? [] : [`Max-Age=${maxAgeSeconds}`]),
    ];
    res.appendHeader('Set-Cookie', attributes.join('; '));
  }
}
