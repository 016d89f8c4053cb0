import assert from 'node:assert/strict';

/** What a browser was answered. */
export interface Visit {
  readonly url: URL;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

interface Cookie {
  readonly value: string;
  readonly attributes: readonly string[];
}

/**
 * As much of a browser as signing in needs: cookies by host, kept and sent as their attributes say, and redirects that are followed one
 * by one. Origins of the test, such as https ones, stand for servers of this machine.
 */
export class TestBrowser {
  readonly #jars = new Map<string, Map<string, Cookie>>();

  constructor(private readonly servers: Readonly<Record<string, () => string>> = {}) {}

  /** One request, and no redirect. */
  async ask(address: string | URL, init: RequestInit = {}): Promise<Visit> {
    const url = new URL(address);
    const server = this.servers[url.origin]?.() ?? url.origin;
    const headers = new Headers({ accept: 'text/html', ...Object.fromEntries(new Headers(init.headers)) });
    const cookie = this.#cookiesFor(url);
    if (cookie !== '') headers.set('cookie', cookie);
    const path = url.href.slice(url.origin.length).split('#', 1)[0] ?? '';
    const response = await fetch(`${server}${path}`, { ...init, headers, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) this.#keep(url, line);
    return { url, status: response.status, headers: response.headers, text: await response.text() };
  }

  /** Follows redirects until there is none, or one leads to where the browser is to stop. */
  async go(address: string | URL, stopsAt: (url: URL) => boolean = () => false): Promise<Visit> {
    let visit = await this.ask(address);
    for (let hops = 0; hops < 20; hops += 1) {
      const next = locationOf(visit);
      if (next === undefined || stopsAt(next)) return visit;
      visit = await this.ask(next);
    }
    throw new Error(`Expected an end of redirects but found ${visit.url.href}.`);
  }

  /** Sends a form of the page that it was shown, then follows. */
  async submit(
    visit: Visit,
    fields: Readonly<Record<string, string>>,
    stopsAt?: (url: URL) => boolean,
  ): Promise<Visit> {
    const action = /<form[^>]*action="([^"]+)"/.exec(visit.text)?.[1] ?? '';
    const body = new URLSearchParams();
    for (const [, name = '', value = ''] of visit.text.matchAll(
      /<input[^>]* name="([^"]+)" value="([^"]*)"/g,
    ))
      body.set(name, value);
    for (const [name, value] of Object.entries(fields)) body.set(name, value);
    const answer = await this.ask(new URL(action, visit.url), { method: 'POST', body });
    const next = locationOf(answer);
    return next === undefined || stopsAt?.(next) === true ? answer : this.go(next, stopsAt);
  }

  cookie(host: string, name: string): Cookie | undefined {
    return this.#jars.get(host)?.get(name);
  }

  /** Puts a cookie there, as an attacker or a test would. */
  plant(host: string, name: string, value: string): void {
    this.#jar(host).set(name, { value, attributes: ['Path=/', 'Secure'] });
  }

  #jar(host: string): Map<string, Cookie> {
    const jar = this.#jars.get(host) ?? new Map<string, Cookie>();
    this.#jars.set(host, jar);
    return jar;
  }

  #cookiesFor({ hostname, protocol, pathname }: URL): string {
    return [...this.#jar(hostname)]
      .filter(([, { attributes }]) => protocol === 'https:' || !attributes.includes('Secure'))
      .filter(([, { attributes }]) => {
        const path = attributes.find((one) => one.toLowerCase().startsWith('path='))?.slice(5) ?? '/';
        return pathname.startsWith(path);
      })
      .map(([name, { value }]) => `${name}=${value}`)
      .join('; ');
  }

  #keep({ hostname, protocol }: URL, line: string): void {
    const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
    const [name = '', ...value] = pair.split('=');
    if (name.startsWith('__Host-')) {
      assert.ok(attributes.includes('Path=/') && attributes.includes('Secure'), line);
      assert.ok(protocol === 'https:' && !attributes.some((one) => /^domain=/i.test(one)), line);
    }
    const isGone = attributes.some(
      (one) => /^max-age=0$/i.test(one) || /^expires=thu, 01 jan 1970/i.test(one),
    );
    if (isGone) this.#jar(hostname).delete(name);
    else this.#jar(hostname).set(name, { value: value.join('='), attributes });
  }
}

/** Where an answer sends the browser; undefined for nowhere. */
export function locationOf({ status, headers, url }: Visit): URL | undefined {
  const location = headers.get('location');
  return status >= 300 && status < 400 && location !== null ? new URL(location, url) : undefined;
}
