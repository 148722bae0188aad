import { apiConfig } from '#core';
import { createApp } from './create-app.js';

try {
  const config = apiConfig();
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
