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
    const host = given.toLowerCase();
    const name = host.replace(/:\d{1,5}$/, '');
    if (names.has(host) || names.has(name) || name === bracketed(req.socket.localAddress)) return;
    const found = JSON.stringify(given.slice(0, 255));
    throw refuse(
      'forbidden-host',
      `Expected a Host that this server knows but found ${found}; see ALLOWED_HOSTS.`,
    );
  };
}

function configured(host: string): readonly string[] {
  return wildcardAddresses.includes(host) ? [] : [bracketed(host.toLowerCase())];
}

/** IPv6 addresses stand in brackets in a Host header; IPv4 addresses on an IPv6 socket lose their prefix. */
function bracketed(address: string | undefined): string {
  const plain = (address ?? '').replace(/^::ffff:/, '');
  return plain.includes(':') ? `[${plain}]` : plain;
}
