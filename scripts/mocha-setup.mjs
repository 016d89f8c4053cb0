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

// What node-postgres will refuse some day is a failure already, though it tells only once for each process.
process.on('warning', (warning) => {
  const isOfPostgres = /[\\/]node_modules[\\/]pg[\\/]/.test(warning.stack ?? '');
  if (warning.name !== 'DeprecationWarning' || !isOfPostgres) return;
  if (!process.emit('throughline:deprecation', warning)) throw warning;
});
