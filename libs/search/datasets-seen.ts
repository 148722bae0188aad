import { SEEN } from '#findings';

const ofKind = (kind: string): string =>
  `select s.* from seen_dataset s where ${SEEN} and s.kind = '${kind}' offset 0`;

/**
 * The datasets that the reader's inbox names, by finding. Whatever asks for rows of datasets begins with them, and asks each:
 * rows of others are never touched (docs/decisions/018-datasets.md).
 */
export const DATASETS = { INDICATORS: ofKind('INDICATORS'), TRANSFERS: ofKind('TRANSFERS') } as const;
