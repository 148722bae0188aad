import { changed, type Mutant } from './mutant.js';

/*
 * What the application asks for: lock one, and what a viewer asked to be left. Left out, for nothing would change:
 * the ids by which loaders ask (a row of another id is dropped where rows are put under their ids), and the agency in
 * lockLatest and listDraft (row security shows no other's sheet and row: that policy has mutants of its own).
 */

const FINDINGS = 'libs/findings/findings.queries.ts';
const INCIDENTS = 'libs/findings/incidents.queries.ts';

const asked = [
  'kinds',
  'authors',
  'jurisdictions',
  'markings',
  'happened?.from',
  'happened?.until',
  'released',
  'released?.from',
  'released?.until',
  'inReview',
  'states',
];

export const filters: Mutant[] = [
  ...changed(
    'filter',
    FINDINGS,
    'lists',
    asked.map((name) => [`the filter ${name} is ignored`, `filter.${name} &&`, 'undefined &&']),
  ),
  ...changed('filter', FINDINGS, 'lists', [
    ['words are ignored', 'strpos(i.titles, ${p.add(word)}) > 0', 'strpos(i.titles, ${p.add(word)}) >= 0'],
    [
      'a jurisdiction that an agency no longer has still finds it',
      'and j.valid_from <= now() and j.valid_until > now())`',
      ')`',
    ],
    [
      'what has run out is RELEASED for its author',
      `case when i.state in ('RELEASED', 'SUPERSEDED') and i.expires_at <= now() then 'EXPIRED' else i.state end`,
      'i.state',
    ],
    [
      'the total ignores the filters',
      "${mine} ${where.join(' ')} ${order} limit ${COUNTED + 1}",
      '${mine} ${order} limit ${COUNTED + 1}',
    ],
  ]),
  ...changed('filter', FINDINGS, 'non-interference', [
    ['the list is of all agencies', '`} ${MINE} ${behind}`', '`} true ${behind}`'],
    ['what is seen is of all agencies', '`s.agency_id = (select reader()) and s.until', '`s.until'],
    ['what is seen outlives the right', 'and s.until > now()`', '`'],
    [
      'one finding is looked up in all lists',
      'where ${MINE} and i.finding_id',
      'where true and i.finding_id',
    ],
    ['the reader is not asked', '`i.agency_id = (select reader()) and i.until', '`i.until'],
    ['the end of a right is not asked', '(select reader()) and i.until > now()`', '(select reader())`'],
  ]),
  ...changed('filter', INCIDENTS, 'non-interference', [
    ['incidents are of all lists', 'seen_incident s where ${SEEN}`', 'seen_incident s where true`'],
    ['claims are of all lists', 'where ${MINE} and i.finding_id', 'where true and i.finding_id'],
  ]),
  ...changed('filter', INCIDENTS, 'lists', [
    ['claims of any incident', 'and c.incident_id = $1 and', 'and'],
    ['an incident is any', 'and s.incident_id = $1 group', 'and $1::uuid is not null group'],
    ['what was superseded or recalled still claims', `and i.state = 'RELEASED' and`, 'and'],
    ['what has expired still claims, for its author', ' and i.expires_at > now()', ''],
  ]),
  ...changed('filter', 'libs/access/agencies.queries.ts', 'lists', [
    ['the viewer is any member of the agency', ' where m.id = (select acting_member())', ''],
    ["the viewer's agency is any known one", 'where a.id = (select acting())`', '`'],
    ['everybody is shown the cap of releasers', ' and cap.role = any (m.roles)', ''],
    ['a former name is shown', 'and n.valid_from <= now() and n.valid_until > now()), ', '), '],
    [
      'a former jurisdiction is shown',
      'j.agency_id = a.id and j.valid_from <= now() and j.valid_until > now()`',
      'j.agency_id = a.id and j.valid_until = (select min(valid_until) from agency_jurisdiction where agency_id = a.id)`',
    ],
  ]),
  ...changed('filter', 'libs/findings/references.ts', 'bad-documents', [
    ['any incident may be named', 'seen.has(id) || made', 'true || made'],
    ['any revision may be rested on', 'revisionId === undefined || seen.has(revisionId)', 'true'],
  ]),
  ...changed('filter', 'libs/findings/references.ts', 'basis', [
    ["a finding rests on its own agency's revision", ' and agency_id <> (select reader())', ''],
  ]),
  ...changed('filter', 'libs/search/trace.queries.ts', 'non-interference', [
    [
      'a hop is of all agencies',
      'where ${SEEN} and s.${at} = wanted.address',
      'where s.${at} = wanted.address',
    ],
  ]),
  ...changed('filter', 'libs/search/text.queries.ts', 'search', [
    ['a search ignores the filters', 'where ${MINE} ${where} order by', 'where ${MINE} order by'],
    ['a search is not narrowed beyond its first hits', 'found.length >= limit || reached < most', 'true'],
  ]),
  ...changed('filter', 'libs/findings/findings.queries.ts', 'search', [
    ['a search ignores the incident', '...(filter.incident ? [seen(', '...(false ? [seen('],
    ['a search ignores the indicator', '...(filter.indicatorKey ? [seenIn(', '...(false ? [seenIn('],
  ]),
];
