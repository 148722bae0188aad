/** Who imports whom. A library is entered by its index.ts alone, and only from the layers above it. */
const layers = {
  core: [],
  ledger: ['core'],
  access: ['core', 'ledger', 'outbound'],
  outbound: ['core'],
  identity: ['core', 'ledger', 'access', 'outbound'],
  indicators: [],
  signatures: [],
  feed: ['core', 'ledger', 'access'],
  findings: ['core', 'ledger', 'access', 'indicators', 'feed'],
  datasets: ['core', 'ledger', 'access', 'indicators', 'findings'],
  search: ['core', 'ledger', 'access', 'indicators', 'findings'],
  webhooks: ['core', 'ledger', 'access', 'outbound', 'signatures'],
  intake: ['core', 'ledger', 'access', 'findings', 'signatures'],
};

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'one-door',
      comment: 'A library is imported through its index.ts.',
      severity: 'error',
      from: {
        path: '^(apps|libs|migrations|test)/(?:(cli|api|worker|core|ledger|access|identity|indicators|outbound|signatures|feed|findings|datasets|search|webhooks|intake)/)?',
      },
      to: { path: '^libs/([^/]+)/', pathNot: ['^libs/[^/]+/index\\.ts$', '^libs/$2/'] },
    },
    ...Object.entries(layers).map(([name, allowed]) => ({
      name: `layer-${name}`,
      severity: 'error',
      from: { path: `^libs/${name}/` },
      to: { path: '^(libs|apps|migrations|test)/', pathNot: `^libs/(${[name, ...allowed].join('|')})/` },
    })),
    {
      name: 'no-app-imports-an-app',
      severity: 'error',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'tests-stay-apart',
      severity: 'error',
      from: { path: '^(apps|libs|migrations)/' },
      to: { path: '^test/' },
    },
    {
      name: 'nothing-unresolved',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '/dist/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      conditionNames: ['source', 'import', 'node', 'default'],
      exportsFields: ['exports'],
    },
  },
};
