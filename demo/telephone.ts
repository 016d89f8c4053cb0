import { randomUUID } from 'node:crypto';
import type { DemoServer } from './server.js';
import { say } from './tell.js';

/** A customer on the telephone: posts what a voice provider posts, hears what it would speak, presses keys. */
export class Telephone {
  private readonly callSid = `CA${randomUUID().replaceAll('-', '')}`;
  private twiml = '';

  constructor(
    private readonly server: DemoServer,
    private readonly from: string,
  ) {}

  async call(): Promise<void> {
    say('customer', `calls from ${this.from}`);
    await this.post('/channels/ivr/helpdesk/voice', {});
  }

  async press(digit: string): Promise<void> {
    const action = /<Gather[^>]* action="([^"]+)"/.exec(this.twiml)?.[1];
    if (action === undefined)
      throw new Error(`Expected the voice menu to ask for a key but it said: ${this.twiml}`);
    say('customer', `presses ${digit}`);
    await this.post(unescaped(action), { Digits: digit });
    await this.followRedirects();
  }

  /** The provider waits a moment and asks again while the journey is busy. */
  private async followRedirects(): Promise<void> {
    for (let next = redirectOf(this.twiml); next !== undefined; next = redirectOf(this.twiml)) {
      const seconds = Number(/<Pause length="(\d+)"/.exec(this.twiml)?.[1] ?? '1');
      await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
      await this.post(next, {});
    }
  }

  private async post(address: string, fields: Readonly<Record<string, string>>): Promise<void> {
    const call = { CallSid: this.callSid, From: this.from, To: '+442079460000', CallStatus: 'in-progress' };
    this.twiml = await this.server.post(address, { ...call, ...fields });
    for (const [, spoken = ''] of this.twiml.matchAll(/<Say[^>]*>([^<]*)<\/Say>/g))
      say('voice menu', `"${unescaped(spoken)}"`);
  }
}

/** Where the call goes on by itself: only when no key is asked for. */
function redirectOf(twiml: string): string | undefined {
  if (twiml.includes('<Gather')) return undefined;
  const address = /<Redirect[^>]*>([^<]*)<\/Redirect>/.exec(twiml)?.[1];
  return address === undefined ? undefined : unescaped(address);
}

function unescaped(xml: string): string {
  return xml
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&amp;', '&');
}
