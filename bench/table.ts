/** Measured figures as they are printed. */
export interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
  /** What bounds the figures, what they were measured with. */
  readonly notes?: readonly string[];
}
