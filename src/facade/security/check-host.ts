import type { Request } from 'express';
import type { Config } from '../../platform/config.js';
import { refuse } from '../respond/refusal.js';

const loopbackNames: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];
const wildcardAddresses: readonly string[] = ['0.0.0.0', '::'];

/**
 * Refuses requests that name another host than this server: a web page whose name has been bound to this address anew
 * (DNS rebinding) cannot hide the name it uses. Known are the loopback names, the configured `HOST`, `ALLOWED_HOSTS`,
 * and the address that the connection came in by; an address cannot be bound anew.
 */
export function createCheckHost(config: Pick<Config, 'host' | 'allowedHosts'>): (req: Request) => void {
  const names = new Set([...loopbackNames, ...configured(config.host), ...config.allowedHosts]);
  return (req) => {
    const hosts = req.headersDistinct.host ?? [];
    const [given] = hosts;
    if (given === undefined || hosts.length > 1) {
      throw refuse('malformed-request', `Expected one Host header but found ${hosts.length}.`);
    }
    for (const named of [given, ...targetHosts(req.originalUrl)]) {
      const host = named.toLowerCase();
      const name = host.replace(/:\d{1,5}$/, '');
      if (names.has(host) || names.has(name) || name === bracketed(req.socket.localAddress)) continue;
      const found = JSON.stringify(named.slice(0, 255));
      throw refuse(
        'forbidden-host',
        `Expected a Host that this server knows but found ${found}; see ALLOWED_HOSTS.`,
      );
    }
  };
}

/** The host of a target in absolute form, which counts instead of the header (RFC 9112, 3.2.2): both are to be known. */
function targetHosts(target: string): readonly string[] {
  if (target.startsWith('/') || target === '*') return [];
  if (/^https?:\/\//i.test(target) && URL.canParse(target)) return [new URL(target).host];
  throw refuse(
    'malformed-request',
    'Expected a path, or an http or https URL, as the target of the request.',
  );
}

function configured(host: string): readonly string[] {
  return wildcardAddresses.includes(host) ? [] : [bracketed(host.toLowerCase())];
}

/** IPv6 addresses stand in brackets in a Host header; IPv4 addresses on an IPv6 socket lose their prefix. */
function bracketed(address: string | undefined): string {
  const plain = (address ?? '').replace(/^::ffff:/, '');
  return plain.includes(':') ? `[${plain}]` : plain;
}
