/** How much of something there is of one process, in every tenant and version. */
export interface ProcessCount {
  readonly bpmnProcessId: string;
  readonly count: number;
}

export const countedKinds = ['processInstances', 'jobs', 'timers', 'incidents'] as const;
export type CountedKind = (typeof countedKinds)[number];

/** What is open now. Counted as far as its bounds go: of a kind in `cut` there is at least as much. */
export interface OpenCounts extends Readonly<Record<CountedKind, readonly ProcessCount[]>> {
  readonly cut: readonly CountedKind[];
}
