import type { Hint } from '../../runtime/ports.js';

/** PostgreSQL takes payloads of fewer than 8,000 bytes. */
const payloadBytesMax = 7_900;

/** Hints as payloads of NOTIFY: JSON arrays, as few as hold them. One that is too large for a payload is left out. */
export function payloadsOf(hints: Iterable<Hint>): readonly string[] {
  const payloads: string[] = [];
  let texts: string[] = [];
  let bytes = 2;
  const end = (): void => {
    if (texts.length > 0) payloads.push(`[${texts.join(',')}]`);
    texts = [];
    bytes = 2;
  };
  for (const hint of hints) {
    const text = JSON.stringify(hint);
    const length = Buffer.byteLength(text) + 1;
    if (length + 2 > payloadBytesMax) continue;
    if (bytes + length > payloadBytesMax) end();
    texts.push(text);
    bytes += length;
  }
  end();
  return payloads;
}

/** The hints of a payload. What is none, or is of a kind that a later release tells, is left out. */
export function hintsOf(payload: string): readonly Hint[] {
  let told: unknown;
  try {
    told = JSON.parse(payload);
  } catch {
    return []; // Somebody else uses the channel.
  }
  return Array.isArray(told) ? told.flatMap((one: unknown) => hintOf(one) ?? []) : [];
}

function hintOf(told: unknown): Hint | undefined {
  if (typeof told !== 'object' || told === null) return undefined;
  const { kind, tenantId, type, count, at, dueAt, processInstanceId } = told as Record<string, unknown>;
  switch (kind) {
    case 'jobsOffered':
      return isText(tenantId) && isText(type) && isNumber(count)
        ? { kind, tenantId, type, count }
        : undefined;
    case 'jobsOfferedAt':
      return isText(tenantId) && isText(type) && isNumber(at) ? { kind, tenantId, type, at } : undefined;
    case 'timerScheduled':
      return isNumber(dueAt) ? { kind, dueAt } : undefined;
    case 'instanceEnded':
      return isText(processInstanceId) ? { kind, processInstanceId } : undefined;
    default:
      return undefined;
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number';
}
