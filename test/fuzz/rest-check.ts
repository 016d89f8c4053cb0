import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  startServerOn,
  type EmptyDatabase,
  type TestResponse,
  type TestServer,
} from '../support/server-on-database.js';
import type { Random } from './random.js';

/** After so many files a server is replaced by one with an empty database: what was deployed before goes on living in it. */
const filesPerServer = 40;
const roundsPerFile = 6;
/** Items of a list that is read without saying how many. */
const pageLimit = 50;

/** Sends files to a real server with its database, and does to what they start what a client can do. */
export class RestCheck {
  private server: TestServer | undefined;
  private files = 0;

  /** Deploys a file, for show and in earnest, starts its processes and completes what waits. @throws for a 5xx */
  async check(xml: string, random: Random): Promise<void> {
    if (this.files % filesPerServer === 0) await this.close();
    this.files += 1;
    this.server ??= await startServerOn(await emptyFile());
    const bytes = this.damaged(Buffer.from(xml), random);
    const dry = await again(() => this.upload(bytes, '?dryRun=true'));
    const real = await this.upload(bytes, '');
    assert.equal(
      real.status < 300,
      dry.status < 300,
      `Expected a dry run to say what a deployment does: ${dry.status}, ${real.status}`,
    );
    if (real.status >= 300) return;
    for (const { bpmnProcessId } of listOf(real.body, 'processDefinitions')) {
      const started = await this.post('/v1/process-instances', {
        bpmnProcessId,
        variables: { n: random.pick(5) },
      });
      if (started.status === 201) await this.play(String(fieldOf(started.body, 'processInstanceId')), random);
    }
  }

  async close(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    await server?.close();
  }

  private async play(processInstanceId: string, random: Random): Promise<void> {
    const at = `/v1/process-instances/${processInstanceId}`;
    const filter = { processInstanceId };
    for (let round = 0; round < roundsPerFile; round += 1) {
      await this.server?.atRest();
      const variables = { n: random.pick(5), approved: random.oneIn(2) };
      const elements = await this.get(`${at}/element-instances`);
      const instance = await this.get(at);
      if (fieldOf(instance.body, 'state') !== 'active') break;
      const all = listOf(elements.body, 'items');
      const active = all.filter(({ state }) => state === 'active');
      assert.ok(
        active.length > 0 || all.length >= pageLimit || fieldOf(instance.body, 'hasIncident') === true,
        `Expected an active instance to have an active element or an incident: ${JSON.stringify(elements.body)}`,
      );
      for (const { jobId } of listOf((await this.post('/v1/jobs/search', { filter })).body, 'items')) {
        await this.post(
          `/v1/jobs/${String(jobId)}/${random.from(['complete', 'complete', 'error', 'fail'])}`,
          {
            ...{ variables, errorCode: 'E1', errorMessage: 'down', retries: 0 },
          },
        );
        await this.post(`/v1/jobs/${String(jobId)}/complete`, { variables });
      }
      for (const { userTaskId } of listOf(
        (await this.post('/v1/user-tasks/search', { filter })).body,
        'items',
      ))
        await this.post(`/v1/user-tasks/${String(userTaskId)}/complete`, { variables });
      for (const { timerId } of listOf((await this.get(`${at}/timers`)).body, 'items'))
        await this.post(`${at}/timers/${String(timerId)}/trigger`, {});
      for (const { incidentId } of listOf(
        (await this.post('/v1/incidents/search', { filter })).body,
        'items',
      ))
        await this.post(`/v1/incidents/${String(incidentId)}/resolve`, {});
      await this.post('/v1/signals', { name: random.from(['sig', 's', 'm', 'go']), variables });
      await this.post('/v1/messages', {
        name: random.from(['msg', 'm', 'go']),
        correlationKey: random.from(['1', 'k', 'c-1']),
        variables,
      });
    }
    await this.get(`${at}/history`);
    await this.get(`${at}/variables`);
    await this.post(`${at}/cancel`, {});
    const end = await this.get(at);
    assert.notEqual(fieldOf(end.body, 'state'), 'active', 'Expected a canceled instance not to be active');
  }

  /** A share of the files is no text any more. */
  private damaged(bytes: Buffer, random: Random): Buffer {
    if (!random.oneIn(5)) return bytes;
    const damaged = Buffer.from(bytes);
    for (let count = 1 + random.pick(4); count > 0 && damaged.length > 0; count -= 1)
      damaged[random.pick(damaged.length)] = random.pick(256);
    return damaged.subarray(0, random.oneIn(3) ? random.pick(damaged.length) : damaged.length);
  }

  private async upload(bytes: Buffer, query: string): Promise<TestResponse> {
    const response = await fetch(`${this.server?.url}/v1/deployments${query}`, {
      method: 'POST',
      headers: { 'content-type': 'application/xml' },
      body: new Uint8Array(bytes),
    });
    return this.documented('POST', '/v1/deployments', {
      status: response.status,
      headers: response.headers,
      body: await response.json(),
    });
  }

  private async post(path: string, body: unknown): Promise<TestResponse> {
    return this.send('POST', path, body);
  }

  private async get(path: string): Promise<TestResponse> {
    return this.send('GET', path);
  }

  private async send(method: string, path: string, body?: unknown): Promise<TestResponse> {
    assert.ok(this.server);
    return this.documented(method, path, await this.server.request(method, path, body));
  }

  private documented(method: string, path: string, response: TestResponse): TestResponse {
    assert.ok(
      response.status < 500,
      `${method} ${path} answered ${response.status}: ${JSON.stringify(response.body)}`,
    );
    return response;
  }
}

/** Between two files the server may have closed a connection that fetch keeps; the first request over it fails then. */
async function again<Result>(request: () => Promise<Result>): Promise<Result> {
  try {
    return await request();
  } catch (error) {
    if (error instanceof TypeError) return request();
    throw error;
  }
}

function fieldOf(body: unknown, field: string): unknown {
  return isRecord(body) ? body[field] : undefined;
}

function listOf(body: unknown, field: string): readonly Record<string, unknown>[] {
  const list = fieldOf(body, field);
  return Array.isArray(list) ? list.filter(isRecord) : [];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

async function emptyFile(): Promise<EmptyDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'throughline-fuzz-'));
  return {
    databaseUrl: `sqlite:${join(folder, 'throughline.db')}`,
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
