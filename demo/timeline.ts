import type { DemoServer } from './server.js';
import { say } from './tell.js';

interface ElementInstance {
  readonly elementInstanceId: string;
  readonly elementId: string;
  readonly elementName?: string;
  readonly elementType: string;
  readonly state: 'active' | 'completed' | 'canceled';
}

type State = ElementInstance['state'];

/** What is told of an element, by its type, for people who know no BPMN; `…` is its name. Nothing is told of what is not here. */
const told: Readonly<Record<string, Partial<Record<State, string>>>> = {
  serviceTask: { active: 'a machine works on …', completed: '… is done', canceled: '… is called off' },
  userTask: { active: 'waits for a person: …', completed: '… is done', canceled: '… is called off' },
  receiveTask: { active: 'waits: …', completed: 'need not wait any more: …' },
  eventBasedGateway: { active: 'waits for an answer: …' },
  intermediateCatchEvent: { completed: 'has the answer: …' },
  boundaryEvent: { completed: 'the time is up: …' },
  endEvent: { completed: 'has come to …' },
};

/** Tells what a journey does, as it happens: by asking the server, as an admin's page would. */
export class Timeline {
  private readonly seen = new Map<string, string>();

  constructor(
    private readonly server: DemoServer,
    readonly name: string,
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
      if (this.seen.get(item.elementInstanceId) === item.state) continue;
      this.seen.set(item.elementInstanceId, item.state);
      const words = told[item.elementType]?.[item.state];
      if (words !== undefined) say(this.name, words.replace('…', `"${item.elementName ?? item.elementId}"`));
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
