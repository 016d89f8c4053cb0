import { isIPv4 } from 'node:net';

/** Whether only this machine reaches a server that listens there: 127.0.0.0/8, ::1 or localhost. */
export function isLoopback(host: string): boolean {
  return host.toLowerCase() === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
}
