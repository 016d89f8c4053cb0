import type { ElementInstance } from './answers.js';
import { element } from './element.js';

/** BPMN's name of an element type as people say it: `userTask` is a user task. */
export function elementTypeWords(elementType: string): string {
  const words = elementType.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.replace(/\bsub process\b/, 'sub-process');
}

/** What has become of a step. */
export const stepStateWords = {
  active: 'under way',
  completed: 'done',
  canceled: 'canceled',
} as const satisfies Record<ElementInstance['state'], string>;

const format = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

/** A time as it is written where the user is; the exact one, in UTC, on pointing at it. */
export function timeElement(iso: string): HTMLElement {
  return element('time', { datetime: iso, title: iso }, format.format(new Date(iso)));
}

/** How long something took, in its two largest units: `2 d 3 h`, `1.2 s`, `5 ms`. */
export function durationText(ms: number): string {
  if (ms < 1_000) return `${ms} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 60) return `${minutes} min ${Math.floor((ms % 60_000) / 1_000)} s`;
  const hours = Math.floor(minutes / 60);
  return hours < 24 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}
