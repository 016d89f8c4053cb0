import { refuse } from '../respond/refusal.js';

/** A media type without its parameters in lower case, and the parameters that matter here. */
export interface MediaType {
  readonly type: string;
  readonly charset: string | undefined;
}

/** Reads a `Content-Type` (RFC 9110, 8.3.1); undefined without one. */
export function mediaTypeOf(header: string | undefined): MediaType | undefined {
  if (header === undefined || header.trim() === '') return undefined;
  const [type = '', ...parameters] = header.split(';');
  const charset = parameters.map((parameter) => /^\s*charset\s*=\s*"?([^"\s]*)"?\s*$/i.exec(parameter)?.[1]);
  return {
    type: type.trim().toLowerCase(),
    charset: charset.find((value) => value !== undefined)?.toLowerCase(),
  };
}

/** The media type of a body, if it is one of `accepted` in UTF-8. Throws `unsupported-media-type` otherwise. */
export function acceptedMediaType(header: string | undefined, accepted: readonly string[]): string {
  const mediaType = mediaTypeOf(header);
  const expected = accepted.join(', ');
  if (mediaType === undefined) {
    throw refuse('unsupported-media-type', `Expected a body of type ${expected} but found no Content-Type.`);
  }
  if (!accepted.includes(mediaType.type)) {
    const found = JSON.stringify(mediaType.type.slice(0, 100));
    throw refuse('unsupported-media-type', `Expected a body of type ${expected} but found ${found}.`);
  }
  if (mediaType.charset !== undefined && !['utf-8', 'utf8', 'us-ascii'].includes(mediaType.charset)) {
    const found = JSON.stringify(mediaType.charset.slice(0, 100));
    throw refuse('unsupported-media-type', `Expected the charset utf-8 but found ${found}.`);
  }
  return mediaType.type;
}
