import type { Request, Response } from 'express';
import { exchangeOf } from './request/exchange.js';
import type { CredentialWatch } from './security/credential-watch.js';

/** Calls back when the caller goes before its answer is complete, and when its credentials end; at once, if it has gone already. */
export function whenNobodyWaits(
  req: Request,
  res: Response,
  watch: Pick<CredentialWatch, 'watch'>,
  listener: () => void,
): void {
  if (res.closed) {
    listener();
    return;
  }
  const { principal } = exchangeOf(req);
  const stop = principal && watch.watch(req, principal, listener);
  res.once('close', () => {
    stop?.();
    if (!res.writableEnded) listener();
  });
}
