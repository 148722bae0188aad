/** A transfer as a visible finding tells it. */
export interface ToldTransfer {
  findingId: string;
  revisionId: string;
  /** Hash of the dataset of the finding that has it; null if its document has. */
  dataset: string | null;
  /** In the document, or in the dataset. */
  position: number;
  transaction: string | null;
  /** `wallet|chain|address`. */
  sender: string;
  receiver: string;
  asset: string;
  decimals: number;
  /** Base units. */
  amount: bigint;
  /** Milliseconds since 1970, from and until before; of an unknown time all of it. */
  from: number;
  until: number;
}

/** A transfer that happened, and all who tell it. */
export interface Transfer extends Omit<ToldTransfer, keyof Telling> {
  /** What tells it from others, whoever tells it; and which of several that are alike it is. */
  like: string;
  nth: number;
  told: Telling[];
}

/** Where it is told. */
export type Telling = Pick<ToldTransfer, 'findingId' | 'revisionId' | 'dataset' | 'position'>;

/** What tells one telling from others. */
export const idOf = ({ findingId, dataset, position }: Omit<Telling, 'revisionId'>): string =>
  `${findingId} ${dataset ?? 'document'} ${position}`;

/** Of times: a difference of two infinities is no number. */
export const compare = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : 0);

/** What moves: an asset of two numbers of decimals is two. */
export const coinOf = ({ asset, decimals }: { asset: string; decimals: number }): string =>
  `${asset}/${decimals}`;

/** What is the same in two tellings of one transfer: the transaction, or if it is not told the time. */
const likeness = ({ transaction, sender, receiver, amount, from, until, ...coin }: ToldTransfer): string =>
  [transaction ?? `${from} ${until}`, sender, receiver, coinOf(coin), amount].join('|');

/**
 * The transfers that happened, of those that are told. What two findings tell of one transaction, sender, receiver, asset and
 * amount is one transfer; without a transaction, of one time. What one document tells twice happened twice: of n tellings in
 * one document and m in another, as many as the larger. A dataset tells nothing twice.
 */
export function distinct(told: readonly ToldTransfer[]): Transfer[] {
  const found: Transfer[] = [];
  for (const [like, alike] of Map.groupBy(told, likeness)) {
    const happened: Transfer[] = [];
    for (const inOne of Map.groupBy(alike, ({ findingId, dataset }) => `${findingId} ${dataset}`).values())
      inOne.sort((a, b) => a.position - b.position).forEach((one, nth) => tell(happened, one, like, nth));
    found.push(...happened);
  }
  return found;
}

function tell(happened: Transfer[], one: ToldTransfer, like: string, nth: number): void {
  const { findingId, revisionId, dataset, position, ...transfer } = one;
  const same = happened[nth] ?? { ...transfer, like, nth, told: [] };
  happened[nth] = same;
  same.told.push({ findingId, revisionId, dataset, position });
  // Of several times of one transaction the narrowest is known best.
  const wider = same.until - same.from - (one.until - one.from);
  if (wider > 0 || (wider === 0 && one.from < same.from))
    Object.assign(same, { from: one.from, until: one.until });
}
