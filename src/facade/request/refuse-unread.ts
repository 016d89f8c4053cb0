import type { Request, Response } from 'express';
import { refuse, type RefusedRequest } from '../respond/refusal.js';

/** So much of a body that is refused is read and thrown away, so that its sender comes to read the answer; beyond that the connection is cut. */
export const unreadBytes = 256 * 1024;

/** What compression may add to what cannot be compressed. */
const packedMore = 1.01;
const packedBytes = 1_024;

/** How many bytes a body may have as it is sent, for `limitBytes` unpacked. */
export function sentBytesMax({ headers }: Request, limitBytes: number): number {
  const encoding = headers['content-encoding'] ?? 'identity';
  return encoding === 'identity' ? limitBytes : limitBytes * packedMore + packedBytes;
}

/** The refusal of a body that is too large, answered at once: who goes on sending is cut off. */
export function refuseUnread(req: Request, res: Response, limitBytes: number): RefusedRequest {
  let left = unreadBytes;
  const cut = (): void => {
    if (res.writableFinished) req.socket.destroy();
    else res.once('finish', () => req.socket.destroy());
  };
  req.on('data', (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) cut();
  });
  return refuse('payload-too-large', `Expected a body of at most ${limitBytes} bytes.`);
}
