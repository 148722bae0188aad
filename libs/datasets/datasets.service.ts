import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import {
  checkId,
  Database,
  invalid,
  listKey,
  notFound,
  once,
  pageOf,
  pageRequest,
  sha256,
  type Caller,
  type Page,
  type Reader,
  type Tx,
} from '#core';
import { append } from '#ledger';
import type { LoadBatchInput, openDatasetSchema, sealDatasetSchema } from './datasets.inputs.js';
import { datasetNamed, refusalsOf, rowsOf } from './datasets.queries.js';
import {
  ROWS_PAGE,
  type DatasetRefusalType,
  type DatasetRowType,
  type DatasetType,
} from './datasets.type.js';
import { beginning, indicatorRows, transferRows } from './rows.js';

/** A cursor of rows is a position; the id that every cursor has says nothing. */
const NO_ID = '00000000-0000-0000-0000-000000000000';
const POSITION = /^\d{1,9}$/;

interface PageAsked {
  first?: number;
  after?: string;
}

/** Datasets: loaded in numbered batches, sealed under one hash, read by whoever sees a finding that names them. */
@Injectable()
export class DatasetsService {
  constructor(private readonly database: Database) {}

  /** @throws ServiceError NOT_FOUND for absent and hidden, INVALID unless it is named in one way */
  named(caller: Caller, { id, hash }: { id?: string; hash?: string }): Promise<DatasetType> {
    if ((id === undefined) === (hash === undefined)) throw invalid('id', 'Name it by its id or by its hash.');
    if (hash !== undefined) return this.one(caller, { hash }, 'hash');
    return this.one(caller, { id: checkId(id ?? '', 'id', 'dataset') }, 'id');
  }

  rows(caller: Caller, dataset: DatasetType, args: PageAsked): Promise<Page<DatasetRowType>> {
    return this.page(caller, ['dataset rows', dataset, rowsOf], args, ROWS_PAGE);
  }

  refusals(caller: Caller, dataset: DatasetType, args: PageAsked): Promise<Page<DatasetRefusalType>> {
    return this.page(caller, ['dataset refusals', dataset, refusalsOf], args);
  }

  async open(caller: Caller, input: z.output<typeof openDatasetSchema>): Promise<DatasetType> {
    const id = await this.database.act(caller, (tx) =>
      once(tx, 'openDataset', input, async () => {
        const salt = randomBytes(16).toString('base64url');
        const chain = sha256(beginning(input.kind, salt));
        const made = await only<{ id: string }>(tx, 'select open_dataset($1, $2, $3) as id', [
          input.kind,
          salt,
          chain,
        ]);
        return made.id;
      }),
    );
    return this.one(caller, { id });
  }

  /** Takes the rows that are valid, and lists the others with the reason. Sent again, it changes nothing. */
  async load(caller: Caller, input: LoadBatchInput): Promise<DatasetType> {
    const { kind } = await this.one(caller, { id: input.datasetId });
    const call = kind === 'INDICATORS' ? indicatorsCall(input) : transfersCall(input);
    await this.database.act(caller, (tx) => tx.manager.query(...call));
    return this.one(caller, { id: input.datasetId });
  }

  async seal(caller: Caller, input: z.output<typeof sealDatasetSchema>): Promise<DatasetType> {
    const id = await this.database.act(caller, (tx) =>
      once(tx, 'sealDataset', input, async () => {
        await tx.manager.query('select seal_dataset($1, $2)', [input.datasetId, input.batches]);
        await append(tx, { act: 'dataset.sealed', subject: { type: 'dataset', id: input.datasetId } });
        return input.datasetId;
      }),
    );
    return this.one(caller, { id });
  }

  private async one(
    caller: Caller,
    named: { id?: string; hash?: string },
    path = 'input.datasetId',
  ): Promise<DatasetType> {
    const found = await this.database.read(caller, (reader) => datasetNamed(reader, named));
    if (!found) throw notFound('dataset', path);
    return found;
  }

  private async page<Row extends { position: number }>(
    caller: Caller,
    [name, dataset, read]: [
      string,
      DatasetType,
      (reader: Reader, dataset: DatasetType, after: number, limit: number) => Promise<Row[]>,
    ],
    args: PageAsked,
    maximum?: number,
  ): Promise<Page<Row>> {
    const list = listKey(name, dataset.id);
    const { first, after } = pageRequest(list, args, { sortKey: POSITION, ...(maximum && { maximum }) });
    const rows = await this.database.read(caller, (reader) =>
      read(reader, dataset, after ? Number(after.key) : 0, first + 1),
    );
    return pageOf(list, first, rows, ({ position }) => ({ key: String(position), id: NO_ID }));
  }
}

/** A statement that loads a batch, and its values: columns, each an array. */
type Call = [statement: string, values: unknown[]];

const columns = <Row, Value>(rows: readonly Row[], ...read: ((row: Row) => Value)[]): Value[][] =>
  read.map((column) => rows.map(column));

const headOf = ({ datasetId, number, rows }: LoadBatchInput): unknown[] => [
  datasetId,
  number,
  sha256(JSON.stringify(rows.map(({ line, json, fault }) => [line, json, fault]))),
  rows.length,
];

const refusedOf = (refused: readonly { place: number; line: number; reason: string }[]): unknown[] => [
  ...columns<(typeof refused)[number], unknown>(
    refused,
    ({ place }) => place,
    ({ line }) => line,
    ({ reason }) => reason,
  ),
];

function indicatorsCall(input: LoadBatchInput): Call {
  const { taken, refused } = indicatorRows(input.rows);
  const read = columns<(typeof taken)[number], unknown>(
    taken,
    ({ place }) => place,
    ({ line }) => line,
    ({ row }) => row.place,
    ({ row }) => row.value,
    ({ row }) => row.role,
    ({ body }) => body,
  );
  return calling('load_indicators', [...headOf(input), ...read, ...refusedOf(refused)]);
}

function transfersCall(input: LoadBatchInput): Call {
  const { taken, refused } = transferRows(input.rows);
  const read = columns<(typeof taken)[number], unknown>(
    taken,
    ({ place }) => place,
    ({ row }) => row.chain,
    ({ row }) => row.transaction,
    ({ row }) => row.sender,
    ({ row }) => row.receiver,
    ({ row }) => row.asset,
    ({ row }) => row.decimals,
    ({ row }) => row.amount,
    ({ row }) => row.happenedFrom,
    ({ row }) => row.happenedUntil,
    ({ body }) => body,
  );
  return calling('load_transfers', [...headOf(input), ...read, ...refusedOf(refused)]);
}

const calling = (name: string, values: unknown[]): Call => [
  `select ${name}(${values.map((_, at) => `$${at + 1}`).join(', ')})`,
  values,
];

async function only<Row>(tx: Tx, statement: string, values: unknown[]): Promise<Row> {
  const [row] = await tx.manager.query<Row[]>(statement, values);
  if (row === undefined) throw new Error(`${statement} returned no row`);
  return row;
}
