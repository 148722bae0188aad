import { Injectable } from '@nestjs/common';
import { Database, listKey, notFound, once, pageOf, pageRequest, type Caller, type Page } from '#core';
import { normalise, read } from '#indicators';
import type { ListRow, StageListInput } from './lists.inputs.js';
import { listPage, versionById } from './lists.queries.js';
import type { ListType, RefusedRowType, StagedType } from './lists.type.js';

const LIST = listKey('referenceLists', null);

/** Reference lists: what they have is staged here, in batches; published and rolled back by acts of administration. */
@Injectable()
export class ListsService {
  constructor(private readonly database: Database) {}

  async page(caller: Caller, args: { first?: number; after?: string }): Promise<Page<ListType>> {
    const request = pageRequest(LIST, args);
    const rows = await this.database.read(caller, (reader) => listPage(reader, request));
    return pageOf(LIST, request.first, rows, ({ sortKey, id }) => ({ key: sortKey, id }));
  }

  /** Takes the rows that are valid, and says of the others why they are not. */
  async stage(caller: Caller, input: StageListInput): Promise<StagedType> {
    const readings = input.rows.map(rowsOf);
    const { rows: _, idempotencyKey: __, ...header } = input;
    const content = { ...header, rows: readings.flatMap(({ rows }) => rows) };
    const versionId = await this.database.act(caller, (tx) =>
      once(tx, 'stageList', input, async () => {
        const [made] = await tx.manager.query<{ id: string }[]>('select stage_reference_list($1) as id', [
          JSON.stringify(content),
        ]);
        if (!made) throw new Error('stage_reference_list() returned no row');
        return made.id;
      }),
    );
    const version = await this.database.read(caller, (reader) => versionById(reader, versionId));
    if (!version) throw notFound('version', 'input');
    const refused = readings.flatMap(({ reason }, row): RefusedRowType[] =>
      reason === null ? [] : [{ row, reason }],
    );
    return { version, refused };
  }
}

interface Staged {
  place: string;
  value: string;
  label: string;
  service: string | null;
  jurisdiction: string | null;
}

/** What a row is kept as: once for each chain that it can be on, if it says none. */
function rowsOf({ value, type, chain, label, service, jurisdiction }: ListRow): {
  rows: Staged[];
  reason: string | null;
} {
  const staged = (place: string, normal: string): Staged => ({
    place,
    value: normal,
    label,
    service: service ?? null,
    jurisdiction: jurisdiction ?? null,
  });
  if (type !== undefined) {
    const normal = normalise({ type, chain: chain ?? null, value });
    return normal.ok
      ? { rows: [staged(`${type}|${chain ?? ''}`, normal.value)], reason: null }
      : { rows: [], reason: `The ${type} ${normal.reason}.` };
  }
  const { candidates, reason } = read(value);
  const fitting = candidates.filter((one) => chain === undefined || one.chain === chain);
  if (reason !== null) return { rows: [], reason };
  if (fitting.length === 0) return { rows: [], reason: 'It is no indicator of this chain.' };
  if (new Set(fitting.map((one) => one.type)).size > 1)
    return { rows: [], reason: 'It can be several things: say its type.' };
  return { rows: fitting.map((one) => staged(`${one.type}|${one.chain ?? ''}`, one.value)), reason: null };
}
