import { Injectable } from '@nestjs/common';
import {
  cursorOf,
  Database,
  listKey,
  ListPage,
  pageOf,
  pageRequest,
  type Caller,
  type Page,
  type PageRequest,
  type Reader,
} from '#core';
import {
  caseNumberText,
  findingOf,
  documentsOf,
  inboxRows,
  listFilter,
  textsOf,
  type FindingFilter,
  type FindingType,
  type Listed,
} from '#findings';
import { compile, nameCandidates, parseQuery, type Aliases, type Term } from './text-query.js';
import { snippetsOf, type Snippet } from './text-snippets.js';
import { completions, unfinished } from './text-suggestions.js';
import {
  aliasesOf,
  caseNumbersOf,
  facetsOf,
  newestHits,
  ranked,
  type FacetRow,
  type Hit,
  type Search,
} from './text.queries.js';
import type { SearchOrder } from './text.type.js';

/** Of the newest so many hits the best come first. */
const RANKED = 500;
/** Facets are of the newest so many hits, suggestions of the newest few. */
const COUNTED = 1_000;
const READ_FOR_SUGGESTIONS = 50;

/** Rank and time (text.queries.ts): up to 900 * 10^16 and 16 digits. */
const RANK_KEY = /^[0-8]?\d{1,18}$/;

export interface SearchArgs {
  query: string;
  filter: FindingFilter;
  order: SearchOrder;
  first?: number;
  after?: string;
}

interface SearchHit {
  id: string;
  key: string;
  finding: FindingType;
  snippets: Snippet[];
}

/** A page, and what its facets and suggestions take if they are asked for. */
export type SearchPage = Page<SearchHit> & { asked: { caller: Caller; args: SearchArgs; search: Search } };

/** Full text over the current revision of everything in the reader's inbox. */
@Injectable()
export class TextService {
  constructor(private readonly database: Database) {}

  /** @throws ServiceError INVALID for a query that says nothing, a cursor of another query, a page out of bounds */
  async page(caller: Caller, args: SearchArgs): Promise<SearchPage> {
    const { query, filter, order } = args;
    const list = listKey('search', { query, filter, order });
    const request = pageRequest(list, args, order === 'BEST' ? { sortKey: RANK_KEY } : {});
    const terms = parseQuery(query);
    const search = { wanted: compile(terms, await this.aliases(caller, terms)), filter: listFilter(filter) };
    const found = await this.hits(caller, search, order, request);
    const { nodes: shown, pageInfo } = pageOf(list, request.first, found, ({ key, id }) => ({ key, id }));
    const nodes = await this.withDocuments(caller, search, shown);
    const page = new ListPage(nodes, pageInfo, (node) => cursorOf(list, node));
    return Object.assign(page, { asked: { caller, args, search } });
  }

  async facets({ asked: { caller, search } }: SearchPage): Promise<Facets> {
    const hits = await newestHits(this.reading(caller), search, null, COUNTED + 1);
    const counted = hits.slice(0, COUNTED);
    const rows = await this.database.read(caller, (reader) => facetsOf(reader, counted));
    const of = (facet: FacetRow['facet']) => rows.filter((row) => row.facet === facet);
    return {
      counted: counted.length,
      more: hits.length > COUNTED,
      kinds: of('kinds'),
      authors: of('authors'),
      jurisdictions: of('jurisdictions'),
      years: of('years'),
      incidents: of('incidents'),
    };
  }

  /** How the last word of the query goes on in visible findings that match the rest of it. */
  async suggestions({ asked: { caller, args, search } }: SearchPage): Promise<string[]> {
    const terms = parseQuery(args.query);
    const last = unfinished(args.query, terms);
    const beginning = last?.runs.at(-1);
    if (!last || !beginning) return [];
    const going = terms.map((term) => (term === last ? { ...term, prefix: true } : term));
    const hits = await newestHits(
      this.reading(caller),
      { ...search, wanted: compile(going) },
      null,
      READ_FOR_SUGGESTIONS,
    );
    const documents = await this.database.read(caller, (reader) =>
      documentsOf(
        reader,
        hits.map(({ revisionId }) => revisionId),
      ),
    );
    const texts = documents.map(({ document }) => textsOf(document).map(({ text }) => text));
    return completions(beginning, texts).map((text) =>
      [...last.runs.slice(0, -1).map((run) => run.text), text].join(' '),
    );
  }

  private async aliases(caller: Caller, terms: readonly Term[]): Promise<Aliases> {
    const names = [...new Set(nameCandidates(terms).map(({ name }) => name))];
    if (names.length === 0) return new Map();
    const pairs = await this.database.read(caller, (reader) => aliasesOf(reader, names));
    const byName = Map.groupBy(pairs, ({ name }) => name);
    return new Map([...byName].map(([name, rows]) => [name, rows.map(({ alias }) => alias)]));
  }

  private async hits(
    caller: Caller,
    search: Search,
    order: SearchOrder,
    { first, after }: PageRequest,
  ): Promise<Hit[]> {
    if (order === 'NEWEST') return newestHits(this.reading(caller), search, after, first + 1);
    const newest = await newestHits(this.reading(caller), search, null, RANKED);
    const best = await this.database.read(caller, (reader) => ranked(reader, search, newest));
    const behind = ({ key, id }: Hit): boolean =>
      after === null || BigInt(key) < BigInt(after.key) || (key === after.key && id < after.id);
    return best.filter(behind);
  }

  private async withDocuments(
    caller: Caller,
    { wanted: { marked } }: Search,
    hits: readonly Hit[],
  ): Promise<SearchHit[]> {
    const revisions = hits.map(({ revisionId }) => revisionId);
    const [listed, told, sheets] = await this.database.read(caller, (reader) =>
      Promise.all([
        inboxRows(
          reader,
          hits.map(({ id }) => id),
        ),
        documentsOf(reader, revisions),
        caseNumbersOf(reader, revisions),
      ]),
    );
    const rows = new Map(listed.map((row) => [row.id, row]));
    const documents = new Map(told.map(({ id, document }) => [id, document]));
    const caseNumbers = new Map(sheets.map(({ revisionId, caseNumber }) => [revisionId, caseNumber]));
    const snippets = ({ revisionId }: Listed): Snippet[] => {
      const caseNumber = caseNumbers.get(revisionId);
      const own = caseNumber === undefined ? [] : [caseNumberText(caseNumber)];
      const document = documents.get(revisionId);
      return snippetsOf(document ? [...own, ...textsOf(document)] : own, marked);
    };
    return hits.flatMap(({ id, key }) => {
      const row = rows.get(id);
      // Taken back a moment ago.
      return row ? [{ id, key, finding: findingOf(row), snippets: snippets(row) }] : [];
    });
  }

  private reading(caller: Caller) {
    return <T>(read: (reader: Reader) => Promise<T>): Promise<T> => this.database.read(caller, read);
  }
}

interface Facets extends Record<FacetRow['facet'], FacetRow[]> {
  counted: number;
  more: boolean;
}
