import { isLoopback } from './loopback.js';

/** The mail server that SMTP_URL names. */
export interface SmtpServer {
  readonly host: string;
  readonly port: number;
  /** `implicit`: TLS from the first byte. `required`: STARTTLS or nothing. `offered`: STARTTLS when the server offers it. */
  readonly tls: 'implicit' | 'required' | 'offered';
  readonly auth?: { readonly user: string; readonly pass: string };
}

/**
 * Reads `smtps://user:password@host:port` (port 465 unless it says another) or `smtp://…` (587, RFC 6409). `?tls=required` insists on
 * STARTTLS. A password insists on it too, unless it stays on this machine: it is never sent over a network in the clear.
 * @throws Error when the URL is no such.
 */
export function parseSmtpUrl(text: string): SmtpServer {
  const url = new URL(text);
  const { protocol, username, password, hostname, pathname } = url;
  const isRequired = url.searchParams.get('tls') === 'required';
  const isKnown = [...url.searchParams].every(([name]) => name === 'tls' && isRequired);
  if (
    !['smtp:', 'smtps:'].includes(protocol) ||
    hostname === '' ||
    !['', '/'].includes(pathname) ||
    !isKnown
  ) {
    throw new Error(
      'Expected SMTP_URL to be smtp://<host> or smtps://<host>, perhaps with user:password@, a port and ?tls=required, but it is not.',
    );
  }
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const isPasswordAway = username !== '' && !isLoopback(host);
  const overStartTls = isRequired || isPasswordAway ? 'required' : 'offered';
  return {
    host,
    port: url.port === '' ? (protocol === 'smtps:' ? 465 : 587) : Number(url.port),
    tls: protocol === 'smtps:' ? 'implicit' : overStartTls,
    ...(username === ''
      ? {}
      : { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
  };
}
