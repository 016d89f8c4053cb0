import type { Job, JsonValue, Variables } from '../../jobs/job-handler.js';
import { TaskError } from './task-error.js';
import { valueAt } from './json-value.js';
import { type Placeholder, placeholderText } from './template.js';

/** What operators configure for the placeholders of an adapter. */
export interface PlaceholderSettings {
  /** Base URLs by name, for `{{services.<name>}}`. */
  readonly services: ReadonlyMap<string, string>;
  /** For `{{secrets.<NAME>}}`: used in requests, masked everywhere else. */
  readonly secrets: ReadonlyMap<string, string>;
}

/** Values of one job's placeholders. Remembers which secrets were used, so that they can be masked in what comes back. */
export class PlaceholderValues {
  readonly usedSecrets = new Set<string>();

  constructor(
    private readonly job: Job,
    private readonly settings: PlaceholderSettings,
  ) {}

  /** @throws TaskError when there is no such value. `where` says what the template is for. */
  get(placeholder: Placeholder, where: string): JsonValue {
    const value = this.#find(placeholder);
    if (value !== undefined) return value;
    const expected = {
      variables: 'a variable',
      secrets: 'a secret',
      services: 'a service',
      job: 'a property',
    };
    throw new TaskError(
      `Expected ${expected[placeholder.source]} for ${placeholderText(placeholder)} in ${where} but found none.`,
    );
  }

  #find({ source, path }: Placeholder): JsonValue | undefined {
    const name = path.join('.');
    switch (source) {
      case 'variables':
        return valueAt(this.job.variables, path);
      case 'job':
        return valueAt(this.#jobProperties(), path);
      case 'services':
        return this.settings.services.get(name);
      case 'secrets': {
        const secret = this.settings.secrets.get(name);
        if (secret !== undefined) this.usedSecrets.add(secret);
        return secret;
      }
      default:
        source satisfies never;
        return undefined;
    }
  }

  #jobProperties(): Variables {
    const { jobId, processInstanceId, bpmnProcessId, elementId, businessKey } = this.job;
    const ids = { idempotencyKey: jobId, processInstanceId, bpmnProcessId, elementId };
    return businessKey === undefined ? ids : { ...ids, businessKey };
  }
}
