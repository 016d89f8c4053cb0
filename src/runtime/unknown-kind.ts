/**
 * A later release that runs beside this one has written what this one does not know. It is left as it is, for a node of that release.
 */
export class UnknownKind extends Error {
  override readonly name = 'UnknownKind';

  /** @param what names the kind, as `delivery "x"`: it is told once. */
  constructor(readonly what: string) {
    super(
      `Expected a kind that this release knows but found ${what}: it is left for a node of a later release.`,
    );
  }
}
