import { hexOf, pooledRandomBytes } from './random-bytes.js';

/** What ids are made of. Randomness is a parameter so that tests can repeat it. */
export interface UuidV7Sources {
  /** Milliseconds since 1970-01-01 UTC. It may stand still or step back. */
  now(): number;
  /** `size` bytes that nobody can guess. */
  randomBytes?(size: number): Uint8Array;
}

const lastCounter = 0xffff_ffff;
const lastTimestamp = 0xffff_ffff_ffff;

/**
 * Makes a generator of UUIDs of version 7 (RFC 9562, 5.7), as lower-case text. Each id sorts after the one before, also
 * within a millisecond and when the clock steps back: the timestamp never goes back, and the 32 bits after it are a
 * counter that starts at a random number below 2^31 with each new millisecond (RFC 9562, 6.2, method 1). A counter that
 * runs over moves the timestamp on by one. 42 bits of each id are random.
 */
export function createUuidV7(sources: UuidV7Sources): () => string {
  const random = sources.randomBytes ?? pooledRandomBytes();
  let timestamp = -1;
  let counter = 0;

  return () => {
    const bytes = random(10);
    const now = Math.trunc(sources.now());
    if (!(now >= 0 && now <= lastTimestamp)) {
      throw new RangeError(`Expected a time between 0 and 2^48-1 ms for a UUIDv7 but found ${now}.`);
    }
    if (now > timestamp) {
      timestamp = now;
      counter = new DataView(bytes.buffer, bytes.byteOffset).getUint32(6) >>> 1;
    } else if (counter === lastCounter) {
      timestamp += 1;
      counter = 0;
    } else {
      counter += 1;
    }
    return format(timestamp, counter, bytes);
  };
}

/** Lays out 48 bits of time, version, 12 bits of counter, variant, 20 bits of counter, and 42 random bits. */
function format(timestamp: number, counter: number, random: Uint8Array): string {
  const time = timestamp.toString(16).padStart(12, '0');
  const high = (0x7000 | (counter >>> 20)).toString(16);
  const low20 = counter & 0xf_ffff;
  const middle = (0x8000 | (low20 >>> 6)).toString(16);
  const last = random.slice(0, 6);
  last[0] = ((low20 & 0x3f) << 2) | ((random[0] ?? 0) & 0x03);
  return `${time.slice(0, 8)}-${time.slice(8)}-${high}-${middle}-${hexOf(last)}`;
}
