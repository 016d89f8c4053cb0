import { elementsOf } from './xml-tokens.js';
import type { Tokens } from './xml-tokens.js';

const reference = /\s(?:sourceRef|targetRef|attachedToRef)="([^"]*)"/g;
const listed = /^<(?:[\w.-]+:)?(?:incoming|outgoing|flowNodeRef)>$/;

/**
 * What a modeler would do after a change: removes flows and boundary events that have lost an end, and the lists that say
 * flows a second time. Many more files deploy then, and run in ways that nobody drew.
 */
export function repaired(tokens: Tokens): Tokens {
  for (let left = tokens; ;) {
    const ids = new Set(
      left.flatMap((tag) => (tag.startsWith('<') ? (/\sid="([^"]*)"/.exec(tag)?.[1] ?? []) : [])),
    );
    const isBroken = (tag: string) =>
      listed.test(tag) || [...tag.matchAll(reference)].some(([, id = '']) => !ids.has(id));
    const broken = elementsOf(left).filter(({ from }) => isBroken(left[from] ?? ''));
    if (broken.length === 0) return left;
    const places = new Set(
      broken.flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, at) => from + at)),
    );
    left = left.filter((_, place) => !places.has(place));
  }
}
