import { setFlagsFromString } from 'node:v8';
import { apiConfig, createLogger, traceOf } from '#core';
import { createApp } from './create-app.js';

// A collection of everything begins when the heap is near its limit. Otherwise V8 begins one whenever less room is left than
// young objects may take: soon in each second, each for 50 ms, which everybody waits for (decision 006).
setFlagsFromString('--incremental-marking-soft-trigger=80');
// What a function makes is not made old because it once was: the schema is parsed at the start and stays, and for that V8 would
// make every document old that is parsed later (decision 006).
setFlagsFromString('--no-allocation-site-pretenuring');

try {
  const config = apiConfig();
  // Node would write the whole error, and its message and properties may quote content.
  process.once('uncaughtException', (error) => {
    createLogger(config.logLevel).fatal(traceOf(error), 'ended by an unexpected error');
    process.exit(1);
  });
  const app = await createApp(config);
  const stop = () => void app.close().then(() => process.exit(0));
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  // Started by `entente up`: when that is gone, so are we.
  if (process.send) process.once('disconnect', stop);
  await app.listen(config.port, config.host);
  process.send?.({ ready: await app.getUrl() });
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
