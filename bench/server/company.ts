import http from 'node:http';
import { type Endpoint, jsonHeaders } from './endpoint.js';

/** What others have asked of a server while it was measured. */
export interface Company {
  readonly eventsTold: number;
  readonly scrapes: number;
}

const scrapeEveryMs = 5_000;

/** Follows all events by one stream, and reads the metrics at once and every 5 s. @throws Error when either is refused. */
export async function keepCompany(server: Endpoint): Promise<{ end(): Company }> {
  let eventsTold = 0;
  let scrapes = 0;
  const headers = jsonHeaders(server);
  const stream = http.get(`${server.url}/v1/events`, { agent: false, headers });
  const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
    stream.once('response', resolve);
    stream.once('error', reject);
  });
  if (response.statusCode !== 200)
    throw new Error(`Expected a stream of events but found ${response.statusCode}.`);
  response.on('error', () => undefined);
  response.setEncoding('utf8').on('data', (chunk: string) => {
    for (let at = chunk.indexOf('\ndata:'); at >= 0; at = chunk.indexOf('\ndata:', at + 1)) eventsTold += 1;
  });
  const scrape = async (): Promise<void> => {
    const answer = await fetch(`${server.url}/metrics`, { headers });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`Expected the metrics but found ${answer.status}: ${text}`);
    scrapes += 1;
  };
  await scrape();
  // A scrape that fails shows in the count.
  const timer = setInterval(() => void scrape().catch(() => undefined), scrapeEveryMs);
  return {
    end() {
      clearInterval(timer);
      stream.destroy();
      return { eventsTold, scrapes };
    },
  };
}
