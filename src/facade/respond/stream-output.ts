import type { Response } from 'express';
import type { Clock } from '../../platform/clock.js';

/** What waits in memory for one reader at most, besides what is written at once. */
export const streamBacklogBytes = 64 * 1024;

/** An answer that is written piece by piece. */
export interface StreamOutput {
  write(text: string): void;
  /** Whether more waits for the reader than is kept for it. */
  readonly isBehind: boolean;
  /** Whether the reader has taken everything within the time. */
  caughtUp(withinMs: number): Promise<boolean>;
  /** Ends it in order. */
  end(): void;
  /** Cuts it off. */
  drop(): void;
}

/** Writes the head of the answer at once. */
export function openStream(res: Response, mediaType: string, clock: Clock): StreamOutput {
  res.statusCode = 200;
  res.setHeader('Content-Type', mediaType);
  // nginx and others would keep back what has to arrive now.
  res.setHeader('X-Accel-Buffering', 'no');
  res.socket?.setNoDelay(true);
  res.flushHeaders();
  return {
    write: (text) => void res.write(text),
    get isBehind() {
      return res.writableLength > streamBacklogBytes;
    },
    caughtUp(withinMs) {
      if (res.closed || res.writableLength === 0) return Promise.resolve(!res.closed);
      return new Promise((resolve) => {
        const settle = (isDrained: boolean) => (): void => {
          timer.cancel();
          res.off('drain', drained);
          res.off('close', closed);
          resolve(isDrained);
        };
        const drained = settle(true);
        const closed = settle(false);
        const timer = clock.setTimer(clock.now() + withinMs, closed);
        res.once('drain', drained);
        res.once('close', closed);
      });
    },
    end: () => void res.end(),
    drop: () => void res.destroy(),
  };
}
