/** An uploaded file. Two may have the same name. */
export interface Resource {
  readonly name: string;
  readonly content: string;
  /** SHA-256 of the content, hexadecimal. */
  readonly checksum: string;
}
