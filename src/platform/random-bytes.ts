import { randomFillSync } from 'node:crypto';

/** Random bytes, drawn from the system 4 KiB at a time: each draw costs more than the bytes do. None is given out twice. */
export function pooledRandomBytes(): (size: number) => Uint8Array {
  const pool = new Uint8Array(4096);
  let used = pool.length;
  return (size) => {
    if (used + size > pool.length) {
      randomFillSync(pool);
      used = 0;
    }
    used += size;
    return pool.slice(used - size, used);
  };
}

/** Two digits for each byte. */
const byteText = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Bytes as lower-case hexadecimal text. */
export function hexOf(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byteText[byte] ?? '';
  return text;
}
