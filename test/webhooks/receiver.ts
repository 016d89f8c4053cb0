import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';

/** A message as it came. */
export interface Received {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The body, read. */
  readonly event: ReceivedEvent;
}

export interface ReceivedEvent {
  readonly id: string;
  readonly type: string;
  readonly subject: string;
  readonly processinstanceid?: string;
  readonly bpmnprocessid?: string;
  readonly businesskey?: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** How a message is answered: a status, or whatever the function does. */
export type Answer = number | ((response: ServerResponse, received: Received) => void | Promise<void>);

/** A real HTTP server that takes webhooks. */
export interface Receiver {
  readonly url: string;
  readonly port: number;
  readonly received: readonly Received[];
  /** Default 204. May be changed at any time. */
  answer: (received: Received) => Answer;
  close(): Promise<void>;
}

/** The ids that the message's signature headers and body verify for, as the library of Standard Webhooks sees it. Throws otherwise. */
export function verified(secret: string, { body, headers }: Received): void {
  new Webhook(secret).verify(body, { ...headers });
}

export async function startReceiver(port = 0): Promise<Receiver> {
  const received: Received[] = [];
  const receiver = { answer: (): Answer => 204 } as { answer: Receiver['answer'] };
  const server = createServer((request, response) => {
    void read(request).then(async (message) => {
      received.push(message);
      const answer = receiver.answer(message);
      if (typeof answer === 'number') response.writeHead(answer).end();
      else await answer(response, message);
    });
  });
  await listen(server, port);
  const address = server.address() as AddressInfo;
  return Object.assign(receiver, {
    url: `http://127.0.0.1:${address.port}/hook`,
    port: address.port,
    received,
    close: () => close(server),
  });
}

async function read(request: IncomingMessage): Promise<Received> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks).toString('utf8');
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
  );
  return { path: request.url ?? '', headers, body, event: JSON.parse(body) as ReceivedEvent };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
