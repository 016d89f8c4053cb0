/** Where a command writes to. */
export interface Output {
  write(text: string): void;
  readonly isTerminal: boolean;
}

/** What a command has of the outside world; tests bring their own. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  /** For what was asked for, and nothing else. */
  readonly output: Output;
  /** For what is to be told besides, and for errors. */
  readonly errors: Output;
  /** Milliseconds since 1970-01-01 UTC. */
  now(): number;
  /** Calls the listener at Ctrl-C and SIGTERM, which end nothing by themselves then; answers how to be no listener any more. */
  onInterrupt(listener: () => void): () => void;
}

/** That of this process. Who no longer reads our output (`| head`) ends us without a word. */
export function processTerminal(): Terminal {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit();
    throw error;
  });
  return {
    env: process.env,
    input: process.stdin,
    output: outputOf(process.stdout),
    errors: outputOf(process.stderr),
    now: () => Date.now(),
    onInterrupt(listener) {
      const signals = ['SIGINT', 'SIGTERM'] as const;
      for (const signal of signals) process.on(signal, listener);
      return () => {
        for (const signal of signals) process.off(signal, listener);
      };
    },
  };
}

function outputOf(stream: NodeJS.WriteStream): Output {
  return { write: (text) => void stream.write(text), isTerminal: Boolean(stream.isTTY) };
}
