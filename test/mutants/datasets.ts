import { changed, type Mutant } from './mutant.js';

/* Datasets: who may read one, name one and change one, and that it is what its hash says. */

const MIGRATION = 'migrations/1763683214000-datasets.ts';

export const datasets: Mutant[] = [
  ...changed(
    'filter',
    'libs/search/datasets-seen.ts',
    ['non-interference'],
    [["a trace begins with everybody's datasets", '${SEEN} and ', '']],
  ),
  ...changed('integrity', 'libs/search/trace.queries.ts', 'trace-datasets', [
    ['money leaves a dataset before it came', "'t.latest > wanted.since'", "'true'"],
    ['money comes after it left a dataset', "'t.earliest < wanted.since'", "'true'"],
    ['a trace passes over datasets', 'where exists (select from named)', 'where false'],
  ]),
  ...changed('integrity', 'libs/search/trace-transfer.ts', 'trace-datasets', [
    ['a document and its dataset tell two transfers', '`${findingId} ${dataset}`', 'findingId'],
  ]),
  ...changed('integrity', 'libs/search/related.queries.ts', 'trace-datasets', [
    ['what stands in datasets is no relation', '[IN_DOCUMENTS, IN_DATASETS]', '[IN_DOCUMENTS]'],
  ]),
  ...changed('policy', MIGRATION, 'datasets', [
    ["every agency's datasets are read", '`agency_id = (select reader()) and (hash', '`true and (hash'],
    ['a dataset that was given up is read', ' and (hash is not null or ends_at > now())', ''],
    [
      'rows of every dataset are read',
      '`(select true from dataset d where d.id = ${table}.dataset_id)`',
      "'(select reader()) is not null'",
    ],
    [
      'what was refused is read by recipients',
      '`(select d.agency_id = (select reader()) from dataset d',
      '`(select true from dataset d',
    ],
  ]),
  ...changed('life cycle', MIGRATION, 'datasets', [
    [
      'anybody changes a dataset',
      'where id = target and agency_id = (select reader())\n       and (hash',
      'where id = target\n       and (hash',
    ],
    [
      'a dataset that was given up is changed',
      '\n       and (hash is not null or ends_at > clock_timestamp())',
      '',
    ],
    [
      'a sealed dataset grows',
      "if d.hash is not null then\n      perform refuse('EN409', 'input.datasetId', 'This dataset is sealed.');\n    end if;\n    if nth",
      'if nth',
    ],
    ['a batch is skipped', 'if nth <> d.batches + 1 then', 'if nth <= d.batches then'],
    [
      'another batch under a number is taken for the first',
      'if before = bytes then',
      'if before is not null then',
    ],
    ['a batch that is missing is not missed', 'if d.batches <> expected then', 'if false then'],
    ['an empty dataset is sealed', 'if d.taken = 0 then', 'if false then'],
    [
      'another word of the same key counts as a duplicate',
      "where x.body::jsonb - 'value' <> g.body::jsonb - 'value' order",
      'where false order',
    ],
    [
      'a recipient keeps the datasets of the revision before',
      'delete from seen_dataset where agency_id = old.agency_id and finding_id = old.finding_id;',
      '',
    ],
  ]),
  ...changed('filter', 'libs/findings/references.ts', 'datasets', [
    [
      "a document names another agency's dataset",
      'where agency_id = (select reader()) and hash = any ($1)',
      'where hash = any ($1)',
    ],
  ]),
  ...changed('filter', 'libs/findings/findings.queries.ts', 'datasets', [
    ['a search does not look into datasets', " or ${seen('seen_dataset', inDataset(key))})", ')'],
    [
      'a finding that says a key twice is listed twice',
      'and not exists (select from seen_indicator o where',
      'and not exists (select from seen_indicator o where false and',
    ],
  ]),
];
