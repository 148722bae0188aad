import { checkServerAndLogin, createLogger, traceOf, workerConfig } from '#core';
import { runSequencer } from '#ledger';
import { KeyRing, runDispatcher } from '#webhooks';
import { openSeals } from './open-seals.js';

/** The process beside the API that does what no request waits for: it numbers entries, and so moves the feeds. */
try {
  const config = workerConfig();
  const log = createLogger(config.logLevel);
  process.once('uncaughtException', (error) => {
    log.fatal(traceOf(error), 'ended by an unexpected error');
    process.exit(1);
  });
  await checkServerAndLogin(config.databaseUrl, 'worker');
  const ring = new KeyRing(config.webhookKeys);
  await openSeals(config.databaseUrl, ring);
  const end = new AbortController();
  const stop = () => end.abort();
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  // Started by `entente up`: when that is gone, so are we.
  if (process.send) process.once('disconnect', stop);
  process.send?.({ ready: 'worker' });
  const sayOf = (part: string) => (what: string, error?: unknown) => {
    if (error === undefined) log.info(`${part}: ${what}`);
    else log.warn(traceOf(error), `${part}: ${what}`);
  };
  const { databaseUrl: url, origin, localReceivers: allowed } = config;
  await Promise.all([
    runSequencer({ url, say: sayOf('sequencer') }, end.signal),
    runDispatcher({ url, ring, origin, allowed, say: sayOf('dispatcher') }, end.signal),
  ]);
  process.exit(0);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
