/** `npm run bench <name>`: each measures one promise against a limit of the same run, and fails below its share of it. */
const benches: Record<string, () => Promise<{ default: () => Promise<void> }>> = {
  lookup: () => import('./lookup.js'),
  page: () => import('./page.js'),
  auth: () => import('./auth.js'),
  import: () => import('./import.js'),
  feed: () => import('./feed.js'),
  share: () => import('./share.js'),
  search: () => import('./search.js'),
  trace: () => import('./trace.js'),
  webhooks: () => import('./webhooks.js'),
  fairness: () => import('./fairness.js'),
  timing: () => import('./timing.js'),
};

const [name = ''] = process.argv.slice(2);
const load = benches[name];
if (load) {
  const bench = await load();
  await bench.default();
} else {
  process.stderr.write(`npm run bench ${Object.keys(benches).join('|')}\n`);
  process.exitCode = 1;
}
