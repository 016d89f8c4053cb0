import type { Request, RequestHandler } from 'express';
import { refuse } from '../respond/refusal.js';

/** Bodies up to that size are not counted: those of almost all commands. */
const smallBodyBytes = 64 * 1024;
/** How much the bodies of requests may hold together, beyond the small ones. */
export const bodyRoomBytes = 256 * 1024 * 1024;

/**
 * Bounds what the bodies of all requests together hold in memory. A body that finds no room is refused before it is read:
 * `too-many-requests`. One that does not tell its length counts as the largest that is taken, until it has been read.
 */
export function boundBodies(bodyLimitBytes: number, roomBytes = bodyRoomBytes): RequestHandler {
  let takenBytes = 0;
  return (req, res, next) => {
    const announced = announcedBytes(req);
    const bytes = Math.min(announced ?? bodyLimitBytes, bodyLimitBytes);
    if (bytes <= smallBodyBytes) return next();
    // The first is always let in, however large bodies may be.
    if (takenBytes > 0 && takenBytes + bytes > roomBytes) {
      // What is not read would be taken for the next request.
      const headers = { Connection: 'close' };
      throw refuse('too-many-requests', 'Expected fewer large requests at a time.', { headers });
    }
    takenBytes += bytes;
    const ends = announced === undefined ? req : res;
    ends.once('close', () => {
      takenBytes -= bytes;
    });
    next();
  };
}

/** 0 without a body; undefined where its length is not told (RFC 9112, 6.3). */
function announcedBytes({ headers }: Request): number | undefined {
  if (headers['transfer-encoding'] !== undefined) return undefined;
  const length = Number(headers['content-length'] ?? 0);
  return Number.isFinite(length) ? length : undefined;
}
