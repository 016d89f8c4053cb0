// A rejected promise that nobody waits for fails the test in which it happens: mocha itself lets it pass unnoticed.

process.on('unhandledRejection', (reason) => {
  throw reason instanceof Error ? reason : new Error(`Unhandled rejection with ${JSON.stringify(reason)}`);
});
