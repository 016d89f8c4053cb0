/** What `throughline` ends with. */
export const exitCodes = {
  done: 0,
  failed: 1,
  usage: 2,
  toldHow: 3,
  unreached: 4,
  notCompleted: 5,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** The same in words, for `--help` and docs/cli.md. */
export const exitCodeMeanings: Readonly<Record<keyof typeof exitCodes, string>> = {
  done: 'done; also when a signal has ended serve, worker or dev',
  failed: 'refused by the server, or failed; of several things, at least one',
  usage: 'the command line is wrong; nothing was done',
  toldHow: 'backup and restore: nothing was done; the command that does it for PostgreSQL is printed',
  unreached:
    'the server was not reached, or gave no answer that could be read: it is not known whether it was done',
  notCompleted:
    'start --await: the process instance is not completed: it is active still, or has ended otherwise',
};
