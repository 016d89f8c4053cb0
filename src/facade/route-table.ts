/** What stands under a path, with the values of the path's parameters. */
export interface FoundRoute<Value> {
  readonly value: Value;
  readonly params: Readonly<Record<string, string>>;
}

interface Pattern<Value> {
  /** Texts as they are, parameters as `undefined`. */
  readonly fixed: readonly (string | undefined)[];
  readonly names: readonly (string | undefined)[];
  readonly value: Value;
}

/**
 * Values by the paths of the contract, such as `/v1/jobs/{jobId}`; what is fixed comes before what is anything. Looks at the few
 * paths with as many segments, where Express would try one after the other.
 */
export class RouteTable<Value> {
  readonly #fixed = new Map<string, Value>();
  readonly #patterns = new Map<number, Pattern<Value>[]>();

  add(path: string, value: Value): void {
    if (!path.includes('{')) {
      this.#fixed.set(path, value);
      return;
    }
    const segments = path.split('/');
    const names = segments.map((segment) => /^\{(\w+)\}$/.exec(segment)?.[1]);
    const fixed = segments.map((segment, index) => (names[index] === undefined ? segment : undefined));
    const alike = this.#patterns.get(segments.length) ?? [];
    this.#patterns.set(segments.length, [...alike, { fixed, names, value }]);
  }

  /** @throws URIError when a parameter is not percent-encoded UTF-8. */
  find(path: string): FoundRoute<Value> | undefined {
    const value = this.#fixed.get(path);
    if (value !== undefined) return { value, params: {} };
    const segments = path.split('/');
    for (const pattern of this.#patterns.get(segments.length) ?? []) {
      if (fits(pattern.fixed, segments)) return { value: pattern.value, params: paramsOf(pattern, segments) };
    }
    return undefined;
  }
}

/** A parameter is never empty. */
function fits(fixed: readonly (string | undefined)[], segments: readonly string[]): boolean {
  return segments.every((segment, index) => {
    const expected = fixed[index];
    return expected === undefined ? segment !== '' : segment === expected;
  });
}

function paramsOf<Value>({ names }: Pattern<Value>, segments: readonly string[]): Record<string, string> {
  const params: Record<string, string> = {};
  names.forEach((name, index) => {
    if (name !== undefined) params[name] = decodeURIComponent(segments[index] ?? '');
  });
  return params;
}
