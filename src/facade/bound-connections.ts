import { type Server, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { problemCodes } from '../contract/problem-codes.js';
import { problemBody, problemMediaType, retryAfterSeconds } from './respond/send.js';
import type { Refusal } from './respond/refusal.js';

/** Answers with a problem on a connection that has no request which could be answered, and closes it. */
export function answerOnConnection(connection: Duplex, refusal: Refusal): void {
  const { status } = problemCodes[refusal.code];
  const body = JSON.stringify(problemBody('', refusal));
  connection.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
      `Content-Type: ${problemMediaType}`,
      `Content-Length: ${Buffer.byteLength(body)}`,
      ...(status === 503 ? [`Retry-After: ${retryAfterSeconds}`] : []),
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
  );
}

/** Refuses connections while so many are open: 503, before anything is read. */
export function boundConnections(server: Server, connectionsMax: number): void {
  let open = 0;
  server.prependListener('connection', (connection: Duplex) => {
    open += 1;
    connection.once('close', () => {
      open -= 1;
    });
    if (open <= connectionsMax) return;
    const detail = `Expected at most ${connectionsMax} connections at a time. Nothing was done.`;
    answerOnConnection(connection, { code: 'service-unavailable', detail });
  });
}
