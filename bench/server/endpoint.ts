/** Where a server is asked, and as whom. */
export interface Endpoint {
  readonly url: string;
  /** Of a server that asks for one. */
  readonly apiKey?: string;
}

/** Headers of a request with a body of JSON. */
export function jsonHeaders({ apiKey }: Endpoint): Readonly<Record<string, string>> {
  return {
    'content-type': 'application/json',
    ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }),
  };
}
