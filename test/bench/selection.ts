/** Fields asked for: true for a leaf. */
interface Selection {
  [field: string]: true | Selection;
}

/** What the list page shows of a document: texts, claims (losses among them) and indicators, whole. */
export const DOCUMENT = {
  texts: { language: true, origin: true, title: true, body: true },
  claims: {
    subject: true,
    attribute: true,
    value: {
      amount: { asset: true, decimals: true, low: true, high: true },
      quantity: { unit: true, low: true, high: true },
      time: { from: true, to: true, precision: true, zone: true },
      term: true,
      unknown: true,
    },
    grade: { source: true, information: true },
    likelihood: true,
    confidence: true,
    origin: { kind: true, name: true, revisionId: true, url: true },
    note: true,
  },
  indicators: { type: true, chain: true, value: true, role: true, subject: true },
} satisfies Selection;

/** As GraphQL writes it. */
export const written = (selection: Selection): string =>
  Object.entries(selection)
    .map(([field, inner]) => (inner === true ? field : `${field} { ${written(inner)} }`))
    .join(' ');

/** The same fields of a plain value, as GraphQL would answer them: what is absent is null. */
export function picked(value: unknown, selection: Selection): unknown {
  if (Array.isArray(value)) return value.map((one) => picked(one, selection));
  if (typeof value !== 'object' || value === null) return null;
  return Object.fromEntries(
    Object.entries(selection).map(([field, inner]) => {
      const held: unknown = Reflect.get(value, field) ?? null;
      return [field, inner === true ? held : picked(held, inner)];
    }),
  );
}
