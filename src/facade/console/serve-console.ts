import type { RequestHandler, Response } from 'express';
import { refuse } from '../respond/refusal.js';
import {
  consolePath,
  loadConsoleFiles,
  referencePath,
  type ConsoleFile,
  type ConsoleFiles,
} from './console-files.js';

/**
 * What the page may do (CSP level 3): run our scripts, use our styles, call this server; no inline script or style, no
 * frames, no forms that go anywhere. bpmn-js draws a data: image in the path of sub-processes.
 */
export const consolePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

const allow = 'GET, HEAD, OPTIONS';

/** Serves the page: its files hold no data, so anybody may have them. What is not one of them goes on to the next. */
export function serveConsole(): RequestHandler {
  let loading: Promise<ConsoleFiles> | undefined;
  // Read once, when first asked for; a failure is tried again.
  const files = (): Promise<ConsoleFiles> =>
    (loading ??= loadConsoleFiles().catch((error: unknown) => {
      loading = undefined;
      throw error;
    }));
  return async (req, res, next) => {
    const file = mayBeFile(req.path) ? (await files()).get(req.path) : undefined;
    if (file === undefined) return next();
    res.setHeader('Content-Security-Policy', consolePolicy);
    if (req.method === 'OPTIONS') {
      res.writeHead(204, { Allow: allow }).end();
      return;
    }
    if (req.method !== 'GET' && req.method !== 'HEAD') {
      throw refuse('method-not-allowed', `Expected ${allow} but found ${req.method}.`, {
        headers: { Allow: allow },
      });
    }
    sendFile(res, file, req.get('if-none-match'));
  };
}

function mayBeFile(path: string): boolean {
  return path === '/' || path === referencePath || path.startsWith(consolePath);
}

/** Kept by browsers, but asked for again each time by its tag: a new version is seen at once. */
function sendFile(res: Response, { mediaType, bytes, etag }: ConsoleFile, ifNoneMatch = ''): void {
  res.setHeader('Cache-Control', 'no-cache');
  res.setHeader('ETag', etag);
  const known = ifNoneMatch.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  if (known.includes(etag) || known.includes('*')) {
    res.writeHead(304).end();
    return;
  }
  res.writeHead(200, { 'Content-Type': mediaType, 'Content-Length': bytes.length }).end(bytes);
}
