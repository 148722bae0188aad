import { z } from 'zod';
import { ServiceError, faultsOf, withoutNulls, type InputFault } from '#core';
import { postedFindingSchema } from '#findings';

/** Events of one batch. */
const MOST_ITEMS = 20;

const uuid = z.uuid();
const event = <Type extends string, Data extends z.ZodType>(type: Type, data: Data) =>
  // Standard Webhooks: a payload is type, timestamp and data.
  z.strictObject({ type: z.literal(type), timestamp: z.iso.datetime({ offset: true }).optional(), data });

/** One thing that an agency's system posts. A finding's document is checked by the schema that GraphQL has. */
const eventSchema = z.discriminatedUnion('type', [
  event('finding.posted', postedFindingSchema),
  event('finding.stored', z.strictObject({ findingId: uuid, revisionId: uuid })),
  event('finding.removed', z.strictObject({ findingId: uuid })),
]);
const batchSchema = event(
  'batch.posted',
  z.strictObject({ items: z.array(z.unknown()).min(1).max(MOST_ITEMS) }),
);

type Event = z.output<typeof eventSchema>;

/** An event at its place in the body, or what is wrong with it there. */
export type Item =
  | { path: string; type: string; event: Event }
  | { path: string; type: string; faults: readonly InputFault[] };

/** What was posted: one event, which is done or refused whole, or a batch, of which each item has its own outcome. */
export interface Posted {
  batch: boolean;
  items: readonly Item[];
}

/**
 * @param body parsed JSON
 * @throws ServiceError INVALID for what is neither an event nor a batch
 */
export function postedOf(body: unknown): Posted {
  if (typeOf(body) !== 'batch.posted') {
    const item = itemOf(body, '');
    if ('faults' in item)
      throw new ServiceError('INVALID', 'This is no event that can be posted.', item.faults);
    return { batch: false, items: [item] };
  }
  const parsed = batchSchema.safeParse(body);
  if (!parsed.success)
    throw new ServiceError('INVALID', 'This is no batch that can be posted.', faultsOf(parsed.error, 'body'));
  return { batch: true, items: parsed.data.data.items.map((one, at) => itemOf(one, `data.items[${at}]`)) };
}

/** What one of these must be allowed to do that posts this. */
export const neededFor = ({ items }: Posted): readonly ('ANALYST' | 'CONTRIBUTOR')[] =>
  items.some(({ type }) => type === 'finding.posted') ? ['CONTRIBUTOR'] : ['ANALYST', 'CONTRIBUTOR'];

function itemOf(value: unknown, path: string): Item {
  const type = typeOf(value);
  const parsed = eventSchema.safeParse(withoutNulls(value));
  const root = path === '' ? 'body' : `body.${path}`;
  return parsed.success
    ? { path: root, type, event: parsed.data }
    : { path: root, type, faults: faultsOf(parsed.error, root) };
}

/** As it says itself, if it is one that is known. */
function typeOf(value: unknown): string {
  const type: unknown = typeof value === 'object' && value && 'type' in value ? value.type : null;
  const known = ['batch.posted', ...eventSchema.options.map(({ shape }) => shape.type.value)];
  return known.find((one) => one === type) ?? 'unknown';
}
