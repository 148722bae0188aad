import { Injectable } from '@nestjs/common';
import DataLoader from 'dataloader';
import { callerOf, CONTENT_ROLES, type OperationContext } from '#access';
import { Database, ServiceError, type Reader } from '#core';
import type { FindingDocument } from './document.js';
import type {
  AcknowledgementType,
  FindingType,
  ReleaseType,
  RevisionType,
  SheetType,
} from './finding.type.js';
import { acknowledgementsOf, documentsOf, releasesOf, revisionsOf, sheetsOf } from './findings.queries.js';
import { FindingsService } from './findings.service.js';

interface Loaders {
  /** By the id of the revision. It was taken back a moment ago where there is none: NOT_FOUND. */
  document: DataLoader<string, FindingDocument>;
  finding: DataLoader<string, FindingType | null>;
  findingOrTombstone: DataLoader<string, FindingType | null>;
  revisions: DataLoader<string, RevisionType[]>;
  releases: DataLoader<string, ReleaseType[]>;
  acknowledgements: DataLoader<string, AcknowledgementType[]>;
  sheets: DataLoader<string, SheetType[]>;
}

/** What hangs on findings, one batch for each step of an operation, under the caller's own rights. */
@Injectable()
export class FindingLoaders {
  private readonly loaders = new WeakMap<OperationContext, Loaders>();

  constructor(
    private readonly database: Database,
    private readonly findings: FindingsService,
  ) {}

  of(context: OperationContext): Loaders {
    let loaders = this.loaders.get(context);
    if (!loaders) {
      loaders = this.make(context);
      this.loaders.set(context, loaders);
    }
    return loaders;
  }

  private make(context: OperationContext): Loaders {
    const caller = callerOf(context.reply.request, CONTENT_ROLES);
    const perFinding = <Row extends { findingId: string }>(
      query: (reader: Reader, ids: readonly string[]) => Promise<Row[]>,
    ) =>
      new DataLoader<string, Row[]>(async (ids) => {
        const rows = await this.database.read(caller, (reader) => query(reader, ids));
        const byFinding = Map.groupBy(rows, ({ findingId }) => findingId);
        return ids.map((id) => byFinding.get(id) ?? []);
      });
    const oneByOne = (query: (ids: readonly string[]) => Promise<FindingType[]>) =>
      new DataLoader<string, FindingType | null>(async (ids) => {
        const found = new Map((await query(ids)).map((finding) => [finding.id, finding]));
        return ids.map((id) => found.get(id) ?? null);
      });
    return {
      document: new DataLoader<string, FindingDocument>(async (ids) => {
        const rows = await this.database.read(caller, (reader) => documentsOf(reader, ids));
        const found = new Map(rows.map(({ id, document }) => [id, document]));
        return ids.map(
          (id) => found.get(id) ?? new ServiceError('NOT_FOUND', 'It was taken back a moment ago.'),
        );
      }),
      finding: oneByOne((ids) => this.findings.byId(caller, ids)),
      findingOrTombstone: oneByOne((ids) => this.findings.byIdOrTombstone(caller, ids)),
      revisions: perFinding(revisionsOf),
      releases: perFinding(releasesOf),
      acknowledgements: perFinding(acknowledgementsOf),
      sheets: perFinding(sheetsOf),
    };
  }
}
