// A rejected promise that nobody waits for is a failure: mocha itself lets it pass unnoticed. Our reporter listens to the
// event and lets the other tests go on; with another reporter the error is thrown, which ends the run.

const seen = new WeakSet();

process.on('unhandledRejection', (reason, promise) => {
  // Mocha emits the event a second time.
  if (seen.has(promise)) return;
  seen.add(promise);
  const error = reason instanceof Error ? reason : new Error(`Rejected with ${JSON.stringify(reason)}`);
  if (!process.emit('throughline:unhandledRejection', error)) throw error;
});
