import type { DemoServer } from './server.js';
import { say } from './tell.js';

interface ElementInstance {
  readonly elementInstanceId: string;
  readonly elementId: string;
  readonly elementName?: string;
  readonly elementType: string;
  readonly state: 'active' | 'completed' | 'canceled';
}

const told: ReadonlySet<string> = new Set([
  'serviceTask',
  'userTask',
  'intermediateCatchEvent',
  'boundaryEvent',
  'eventBasedGateway',
  'endEvent',
]);

/** Tells what a journey does, as it happens: by asking the server, as an admin's page would. */
export class Timeline {
  private readonly seen = new Map<string, string>();

  constructor(
    private readonly server: DemoServer,
    private readonly name: string,
    readonly processInstanceId: string,
  ) {}

  /** Tells what is new. */
  async look(): Promise<readonly ElementInstance[]> {
    const answer = await this.server.call(
      'GET',
      `/v1/process-instances/${this.processInstanceId}/element-instances?limit=1000`,
    );
    const items = answer['items'] as readonly ElementInstance[];
    for (const item of items) {
      if (this.seen.get(item.elementInstanceId) === item.state || !told.has(item.elementType)) continue;
      this.seen.set(item.elementInstanceId, item.state);
      const what = item.elementName ?? item.elementId;
      const state = { active: 'waits at', completed: 'did', canceled: 'gave up' }[item.state];
      say(this.name, `${state} "${what}"`);
    }
    return items;
  }

  /** Looks until an element waits, or has been done; @throws Error when that does not come about. */
  async until(elementId: string, state: 'active' | 'completed', withinMs = 60_000): Promise<void> {
    const giveUpAt = Date.now() + withinMs;
    while (Date.now() < giveUpAt) {
      const items = await this.look();
      if (items.some((item) => item.elementId === elementId && item.state === state)) return;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    throw new Error(`Expected "${elementId}" of ${this.name} to be ${state} within ${withinMs} ms.`);
  }

  async state(): Promise<string> {
    await this.look();
    const answer = await this.server.call('GET', `/v1/process-instances/${this.processInstanceId}`);
    return String(answer['state']);
  }
}
