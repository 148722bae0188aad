export { ententeDirectory, keptSecret, ownDirectory } from './directories.js';
export { waitForLock } from './lock.js';
export { startPostgres, type Postgres, type ServerOptions } from './server.js';
export { startThrowAwayPostgres } from './throw-away.js';
