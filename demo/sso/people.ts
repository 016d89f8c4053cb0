/** Those who can sign in at the provider of the demo: one of each role that people have. */
export interface Person {
  /** The subject of their ID tokens. */
  readonly sub: string;
  readonly name: string;
  readonly roles: readonly string[];
  readonly grants?: Readonly<Record<string, readonly string[]>>;
  /** What they may do, in a few words. */
  readonly does: string;
}

export const people: readonly Person[] = [
  {
    sub: 'hanna',
    name: 'Hanna Help',
    roles: ['helpdesk'],
    grants: { candidateGroups: ['first-line', 'second-line', 'back-office'] },
    does: 'helps customers: sees their instances and the tasks of her groups',
  },
  { sub: 'anton', name: 'Anton Analyst', roles: ['analyst'], does: 'draws processes: deploys and tries out' },
  { sub: 'ada', name: 'Ada Admin', roles: ['admin'], does: 'may do everything in her tenant' },
  {
    sub: 'otto',
    name: 'Otto Operator',
    roles: ['operator'],
    does: 'keeps it running: mends instances, and sees no variables',
  },
];
