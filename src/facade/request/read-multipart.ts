import type { Request } from 'express';
import busboy from 'busboy';
import { limits } from '../../contract/limits.js';
import { refuse } from '../respond/refusal.js';
import { decodeXml } from '../../platform/decode-xml.js';

/** A file that was uploaded. */
interface Resource {
  readonly name: string;
  readonly content: string;
}

const headerPairsMax = 20;
const fieldNameBytesMax = 255;

/**
 * Reads uploaded files (RFC 7578) into memory, as text, in their order, under their names without any path. Throws
 * `payload-too-large` when together they have more than `limitBytes` or are too many, and `malformed-request` for parts
 * that are no files, for a body that is cut off, and for content that is not in its encoding.
 */
export async function readMultipart(
  req: Request,
  limitBytes: number,
): Promise<{ readonly resources: readonly Resource[] }> {
  if (req.headers['content-encoding'] !== undefined && req.headers['content-encoding'] !== 'identity') {
    throw refuse('unsupported-media-type', 'Expected a multipart body without Content-Encoding.');
  }
  const files = await receive(req, parserFor(req), limitBytes);
  const resources = files.map(({ name, bytes }) => {
    const content = decodeXml(bytes);
    if (content === undefined) {
      throw refuse(
        'malformed-request',
        `Expected the file ${JSON.stringify(name)} in the encoding that it declares, UTF-8 by default, but found other bytes.`,
      );
    }
    return { name, content };
  });
  return { resources };
}

function parserFor(req: Request): busboy.Busboy {
  try {
    return busboy({
      headers: req.headers,
      defParamCharset: 'utf8',
      limits: {
        files: limits.resourcesPerDeployment,
        fields: 1,
        parts: limits.resourcesPerDeployment + 1,
        headerPairs: headerPairsMax,
        fieldNameSize: fieldNameBytesMax,
        fieldSize: 0,
      },
    });
  } catch {
    throw refuse('malformed-request', 'Expected a Content-Type of multipart/form-data with a boundary.');
  }
}

interface ReceivedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

function receive(req: Request, parser: busboy.Busboy, limitBytes: number): Promise<readonly ReceivedFile[]> {
  return new Promise((resolve, reject) => {
    const files: ReceivedFile[] = [];
    let received = 0;
    const stop = (error: Error): void => {
      req.unpipe(parser);
      req.off('data', count);
      req.resume();
      reject(error);
    };
    const malformed = (): void =>
      stop(refuse('malformed-request', 'Expected a complete multipart body (RFC 7578).'));
    const tooMany = (): void => {
      const detail = `Expected at most ${limits.resourcesPerDeployment} files, and nothing but files.`;
      stop(refuse('payload-too-large', detail));
    };
    const count = (chunk: Uint8Array): void => {
      received += chunk.length;
      if (received > limitBytes) stop(tooLarge(limitBytes));
    };

    parser.on('file', (_field, stream, info) => {
      const chunks: Uint8Array[] = [];
      stream.on('data', (chunk: Uint8Array) => chunks.push(chunk));
      stream.on('error', malformed);
      stream.on('end', () => files.push({ name: plainName(info.filename), bytes: Buffer.concat(chunks) }));
    });
    parser.on('field', (name) => {
      stop(
        refuse(
          'malformed-request',
          `Expected only files but found the field ${JSON.stringify(name.slice(0, 100))}.`,
        ),
      );
    });
    parser.on('filesLimit', tooMany);
    parser.on('fieldsLimit', tooMany);
    parser.on('partsLimit', tooMany);
    parser.on('error', malformed);
    parser.on('close', () => resolve(files));
    req.on('data', count);
    req.once('close', () => {
      if (!req.complete) malformed();
    });
    req.pipe(parser);
  });
}

function tooLarge(limitBytes: number) {
  return refuse('payload-too-large', `Expected a body of at most ${limitBytes} bytes.`);
}

/** What stands after the last separator of either kind; a part without a name gets one. */
function plainName(filename: string | undefined): string {
  const last = filename?.split(/[/\\]/).at(-1);
  return last === undefined || last === '' ? 'model.bpmn' : last;
}
