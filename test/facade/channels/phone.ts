import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import request from 'supertest';
import { problem } from '../../../src/contract/problem.js';
import type { Channel } from '../../../src/platform/channels/channel.js';
import type { TestServer } from '../../support/server.js';
import { verbsOf, type TwimlElement } from './twiml-document.js';

/** An open channel as a development machine has it. */
export const openChannel = (kind: Channel['kind'], more: Partial<Channel> = {}): Channel => ({
  id: 'helpdesk',
  kind,
  signing: { scheme: 'none' },
  language: 'en-GB',
  callerVariables: kind === 'mail' ? ['email', 'customer.email'] : ['phone', 'customer.phone'],
  caseNumbers: ['A-{digits}', 'C-{digits}'],
  replyMessage: 'customer-replied',
  unassignedMessage: kind === 'mail' ? 'unassigned-mail' : 'unassigned-text',
  keepForMs: 3_600_000,
  ...more,
});

/** The fields of a form. */
export type Fields = Readonly<Record<string, string | readonly string[]>>;

/** What Twilio posts for a call ("TwiML Voice: request parameters"), apart from what the caller does. */
export const twilioCall = {
  AccountSid: 'AC25e16e9a716a4a1786a7c83f58e30482',
  ApiVersion: '2010-04-01',
  CallStatus: 'in-progress',
  Direction: 'inbound',
  Called: '+441134960000',
  CalledCountry: 'GB',
  Caller: '+441134960123',
  CallerName: 'ADA EXAMPLE',
  From: '+441134960123',
  FromCity: '',
  FromCountry: 'GB',
  To: '+441134960000',
  CallSid: 'CA1234567890abcdef1234567890abcdef',
} as const;

/** What Telnyx posts for a call (TeXML). */
export const telnyxCall = {
  AccountSid: 'f5586561-8ff0-4291-a51b-c7dfe4139ff9',
  CallSid: 'v3:9X2vxPDFY2RHSJ1EdMS0RHRksMTg7ldNxdjWbVr9zBjbGjGsSe-aiQ',
  CallSidLegacy: 'v3:9X2vxPDFY2RHSJ1EdMS0RHRksMTg7ldNxdjWbVr9zBjbGjGsSe-aiQ',
  ConnectionId: '1234567890',
  From: '+35319605860',
  To: '+13129457420',
} as const;

/** A form as it is sent. */
export function formText(fields: Fields): string {
  const pairs = Object.entries(fields).flatMap(([name, value]) =>
    (typeof value === 'string' ? [value] : value).map((one): [string, string] => [name, one]),
  );
  return new URLSearchParams(pairs).toString();
}

/** Posts a form and answers whatever comes. */
export function postForm(
  server: TestServer,
  path: string,
  fields: Fields,
  headers: Readonly<Record<string, string>> = {},
) {
  return request(server.url)
    .post(path)
    .set({ 'content-type': 'application/x-www-form-urlencoded', ...headers })
    .buffer(true)
    .send(formText(fields));
}

/** `X-Twilio-Signature` of a form. */
export function twilioSignature(token: string, url: string, fields: Fields): string {
  const names = Object.keys(fields).sort();
  const text = names.map((name) => `${name}${String(fields[name])}`).join('');
  return createHmac('sha1', token).update(`${url}${text}`).digest('base64');
}

/** One call, as the provider carries it on: it posts to where the last answer says. */
export class PhoneCall {
  verbs: readonly TwimlElement[] = [];

  constructor(
    private readonly server: TestServer,
    private readonly fields: Fields = twilioCall,
    private readonly path = '/channels/ivr/helpdesk/voice',
  ) {}

  /** The call comes in. */
  async begin(more: Fields = {}): Promise<readonly TwimlElement[]> {
    return this.#post(this.path, more);
  }

  /** Keys are pressed at the question that was asked last. */
  press(digits: string): Promise<readonly TwimlElement[]> {
    return this.#post(this.action, { Digits: digits });
  }

  say(speech: string, confidence = '0.93'): Promise<readonly TwimlElement[]> {
    return this.#post(this.action, { SpeechResult: speech, Confidence: confidence });
  }

  /** Nothing is entered: the provider goes on with the verb behind the question. */
  async silence(): Promise<readonly TwimlElement[]> {
    return this.redirected();
  }

  /** What the provider does after a pause. */
  async redirected(): Promise<readonly TwimlElement[]> {
    const redirect = this.verbs.find(({ name }) => name === 'Redirect');
    assert.ok(redirect !== undefined, 'Expected a Redirect.');
    return this.#post(pathOf(redirect.text), {});
  }

  /** Where the question that was asked last leads. */
  get action(): string {
    const gather = this.verbs.find(({ name }) => name === 'Gather');
    assert.ok(gather !== undefined, `Expected a Gather but found ${JSON.stringify(this.verbs)}.`);
    return pathOf(gather.attributes['action'] ?? '');
  }

  /** Posts to any path without going on. */
  async post(path: string, more: Fields): Promise<string> {
    const answer = await postForm(this.server, path, { ...this.fields, ...more });
    assert.equal(answer.status, 200, answer.text);
    assert.equal(answer.headers['content-type'], 'text/xml; charset=utf-8');
    return answer.text;
  }

  async #post(path: string, more: Fields): Promise<readonly TwimlElement[]> {
    this.verbs = verbsOf(await this.post(path, more));
    return this.verbs;
  }
}

function pathOf(url: string): string {
  const { pathname, search } = new URL(url);
  return `${pathname}${search}`;
}

/** The code of a refusal. */
export function codeOf({ status, text }: { readonly status: number; readonly text: string }): string {
  if (status < 400) return String(status);
  const { code } = problem.parse(JSON.parse(text));
  return `${status} ${code}`;
}
