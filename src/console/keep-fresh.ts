/** What keeping something fresh needs. */
export interface Freshness {
  readonly everyMs: number;
  /** Ends it. */
  readonly signal: AbortSignal;
  refresh(): Promise<void>;
  /** Told after each attempt; the error is undefined when it went well. */
  onAttempt(error: unknown): void;
}

/**
 * Refreshes now, and again some time after each attempt has ended, while the page can be seen. Attempts never overlap.
 * @returns asks for an attempt at once, or right after the one that is under way.
 */
export function keepFresh({ everyMs, signal, refresh, onAttempt }: Freshness): () => void {
  let isRunning = false;
  let isAsked = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const attempt = async (): Promise<void> => {
    if (signal.aborted) return;
    clearTimeout(timer);
    isAsked = isRunning;
    if (isRunning) return;
    isRunning = true;
    const error: unknown = await refresh().then(
      () => undefined,
      (reason: unknown) => reason,
    );
    isRunning = false;
    if (signal.aborted) return;
    onAttempt(error);
    if (isAsked) void attempt();
    else timer = setTimeout(() => void (document.hidden || attempt()), everyMs);
  };

  signal.addEventListener('abort', () => clearTimeout(timer));
  document.addEventListener('visibilitychange', () => void (document.hidden || attempt()), { signal });
  void attempt();
  return () => void attempt();
}
