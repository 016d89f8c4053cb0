import type { Response } from 'express';

/** Aborts when the connection is closed before the answer is complete, and when any of `signals` does. */
export function abortsWhenCallerGoes(res: Response, signals: readonly AbortSignal[]): AbortSignal {
  const controller = new AbortController();
  res.once('close', () => {
    if (!res.writableEnded) controller.abort();
  });
  return AbortSignal.any([controller.signal, ...signals]);
}
