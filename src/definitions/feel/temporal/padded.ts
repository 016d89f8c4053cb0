/** A whole number with leading zeros up to a width. */
export function padded(value: number, width: number): string {
  return String(value).padStart(width, '0');
}

/** The fraction of a second as ISO 8601 writes it after the seconds: empty, or `.` and up to nine digits. */
export function fractionText(nanos: number): string {
  return nanos === 0 ? '' : `.${padded(nanos, 9).replace(/0+$/, '')}`;
}
