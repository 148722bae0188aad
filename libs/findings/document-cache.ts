import { LRUCache } from 'lru-cache';
import type { Reader } from '#core';
import type { RevisionType } from './finding.type.js';
import { documentsOf, type StoredDocument } from './findings.queries.js';

/** Parsed revisions, at most this many bytes of document text: about four times as much memory. */
const BYTES = 64 * 1024 * 1024;

/**
 * Parsed documents of revisions. A revision never changes, so what is kept is true for ever; who may see it is not
 * kept. It is reached only by ids that the same transaction has just read under row security.
 */
export class DocumentCache {
  private readonly parsed = new LRUCache<string, RevisionType>({ maxSize: BYTES });
  hits = 0;
  misses = 0;

  /**
   * The revisions by id.
   * @param visible ids that this reader's inbox, or a row as well guarded, has just returned
   */
  async of(reader: Reader, visible: readonly string[]): Promise<Map<string, RevisionType>> {
    const found = new Map<string, RevisionType>();
    const missing: string[] = [];
    for (const id of visible) {
      const known = this.parsed.get(id);
      if (known) found.set(id, known);
      else missing.push(id);
    }
    this.hits += found.size;
    this.misses += missing.length;
    if (missing.length > 0) {
      for (const stored of await documentsOf(reader, missing)) found.set(stored.id, this.keep(stored));
    }
    return found;
  }

  /** The parsed form of a revision that was just read. */
  keep(stored: StoredDocument): RevisionType {
    const known = this.parsed.get(stored.id);
    if (known) return known;
    const revision = parseRevision(stored);
    this.parsed.set(stored.id, revision, { size: stored.text.length });
    return revision;
  }
}

const parseRevision = ({ id, hash, text }: StoredDocument): RevisionType => ({
  id,
  hash,
  document: JSON.parse(text) as RevisionType['document'],
});
