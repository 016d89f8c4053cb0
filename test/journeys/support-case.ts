import assert from 'node:assert/strict';
import type { TestServer } from '../support/server.js';

const longestWaitMs = 10_000;

interface Item {
  readonly [name: string]: unknown;
}

/** One journey, seen and moved over REST as the channels and the helpdesk do it. */
export class SupportCase {
  constructor(
    private readonly server: TestServer,
    private readonly backendUrl: string,
    readonly caseNumber: string,
    readonly processInstanceId: string,
  ) {}

  /** Resolves when a token waits at the element. */
  async waitsAt(elementId: string): Promise<void> {
    await this.eventually(async () => {
      const found = (await this.#elementInstances()).map((item) => `${item['elementId']} ${item['state']}`);
      const all = found.join(', ');
      assert(found.includes(`${elementId} active`), `expected a token at ${elementId} but found ${all}`);
    });
  }

  /** Resolves when the case is closed, with what the back-end knows of it. */
  async closed(): Promise<Item> {
    await this.eventually(async () => {
      const { state } = await this.#get('');
      assert.equal(state, 'completed');
    });
    const response = await fetch(`${this.backendUrl}/cases?caseNumber=${this.caseNumber}`);
    const { items } = (await response.json()) as { items: Item[] };
    const [{ caseNumber, ...rest } = { caseNumber: 'none' }, ...more] = items;
    assert.deepEqual([caseNumber, more], [this.caseNumber, []]);
    return rest;
  }

  /** The ids of the elements in a state, in the order in which they were reached. */
  async elements(state: 'active' | 'completed' | 'canceled'): Promise<readonly string[]> {
    const items = await this.#elementInstances();
    return items.filter((item) => item['state'] === state).map((item) => String(item['elementId']));
  }

  async variables(): Promise<Item> {
    const { variables } = await this.#get('/variables');
    return variables as Item;
  }

  /** Sends a message; answers its outcome. */
  async tell(name: string, variables: object = {}, more: object = {}): Promise<unknown> {
    const body = { name, correlationKey: this.caseNumber, variables, ...more };
    const answer = await this.server.request('POST', '/v1/messages', body);
    assert.equal(answer.status, 202, JSON.stringify(answer.body));
    return (answer.body as Item)['outcome'];
  }

  /** The user task that waits at the element. */
  async task(elementId: string): Promise<Item> {
    await this.waitsAt(elementId);
    const filter = { processInstanceId: this.processInstanceId, state: 'created' };
    const [task, ...others] = await this.#search('user-tasks', filter);
    assert(task !== undefined && others.length === 0, `expected one user task but found ${others.length}`);
    assert.equal(task['elementId'], elementId);
    return task;
  }

  async complete(elementId: string, variables: object): Promise<void> {
    const { userTaskId } = await this.task(elementId);
    const path = `/v1/user-tasks/${String(userTaskId)}/complete`;
    const { status, body } = await this.server.request('POST', path, { variables });
    assert.equal(status, 204, JSON.stringify(body));
  }

  async timers(): Promise<readonly Item[]> {
    const { items } = await this.#get('/timers');
    return items as readonly Item[];
  }

  incidents(): Promise<readonly Item[]> {
    return this.#search('incidents', { processInstanceId: this.processInstanceId });
  }

  /** Resolves when no job of the case is under way or waits for another attempt. */
  async atRest(): Promise<void> {
    await this.server.atRest();
    await this.eventually(async () => assert.deepEqual(await this.jobs(), []));
  }

  jobs(): Promise<readonly Item[]> {
    return this.#search('jobs', { processInstanceId: this.processInstanceId });
  }

  /** Tries again until the check holds: database, back-end and mail server take real time. */
  async eventually(check: () => Promise<void> | void): Promise<void> {
    const until = Date.now() + longestWaitMs;
    for (;;) {
      try {
        return await check();
      } catch (error) {
        if (Date.now() > until) throw error;
        await new Promise((resolve) => setTimeout(resolve, 5));
        this.server.clock.advance(0);
      }
    }
  }

  async #elementInstances(): Promise<readonly Item[]> {
    const { items } = await this.#get('/element-instances');
    return items as readonly Item[];
  }

  async #get(path: string): Promise<Item> {
    const { status, body } = await this.server.request(
      'GET',
      `/v1/process-instances/${this.processInstanceId}${path}`,
    );
    assert.equal(status, 200, JSON.stringify(body));
    return body as Item;
  }

  async #search(what: string, filter: object): Promise<readonly Item[]> {
    const { status, body } = await this.server.request('POST', `/v1/${what}/search`, { filter });
    assert.equal(status, 200, JSON.stringify(body));
    return (body as { items: readonly Item[] }).items;
  }
}
