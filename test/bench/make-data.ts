import { DATA } from './data.js';
import { startWith } from './kept.js';

/* `npm run bench:data`: makes what the benches begin with, so that none of them has to; or of one (`-- search`). */

const [only] = process.argv.slice(2);
for (const [bench, begins] of Object.entries(DATA)) {
  if (only !== undefined && bench !== only) continue;
  for (const data of [begins].flat()) {
    const server = await startWith(data, { copied: false });
    await server.stop();
  }
}
