import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** How long a day and an hour of the journeys last here. */
export const dayMs = 10_000;
export const hourMs = 1_000;

/** Copies the models with shorter timers, so that days can be watched: the only thing that is changed. */
export function copyModelsWithFastTimers(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from).filter((file) => file.endsWith('.bpmn'))) {
    const text = readFileSync(join(from, name), 'utf8');
    writeFileSync(join(to, name), text.replace(/(<bpmn:time(?:Duration|Cycle)[^>]*>)([^<]+)/g, fastTimer));
  }
}

function fastTimer(_all: string, tag: string, literal: string): string {
  const fast = literal
    .replace(/P(\d+)D/, (_match, days: string) => `PT${(Number(days) * dayMs) / 1000}S`)
    .replace(/PT(\d+)H/, (_match, hours: string) => `PT${(Number(hours) * hourMs) / 1000}S`);
  return `${tag}${fast}`;
}
