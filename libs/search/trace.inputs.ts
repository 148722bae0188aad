import { z } from 'zod';
import { normalise } from '#indicators';
import { MOST_FAN_OUT, MOST_HOPS, MOST_NODES, MOST_SECONDS, MOST_TRANSFERS } from './trace-limits.js';

const fromSchema = z
  .strictObject({
    chain: z.string().max(40).meta({ description: 'bitcoin, ethereum, tron, nem...' }),
    value: z.string().max(512).meta({ description: 'The address, in any usual spelling.' }),
  })
  .meta({ id: 'TraceFrom', description: 'An address.' })
  .transform(({ chain, value }, context) => {
    const normal = normalise({ type: 'wallet', chain, value });
    if (normal.ok) return normal.key;
    context.addIssue({ code: 'custom', path: ['value'], message: `Not a valid wallet: ${normal.reason}.` });
    return z.NEVER;
  });

const windowSchema = z
  .strictObject({
    from: z.date().optional().meta({ description: 'What surely happened before is left out.' }),
    until: z.date().optional().meta({ description: 'What surely happened after is left out.' }),
  })
  .refine(({ from, until }) => from === undefined || until === undefined || from < until, {
    path: ['until'],
    message: 'Ends before it begins.',
  })
  .meta({ id: 'TraceWindow', description: 'A span of time, open at an end that is left out.' });

const upTo = (most: number, otherwise: number, what: string) =>
  z
    .int()
    .min(1)
    .max(most)
    .default(otherwise)
    .meta({ description: `${what}: up to ${most}, ${otherwise} if not said.` });

const limitsSchema = z
  .strictObject({
    fanOut: upTo(MOST_FAN_OUT, 200, 'Transfers of one asset from one address; one that has more is a hub'),
    nodes: upTo(MOST_NODES, 1_000, 'Addresses'),
    transfers: upTo(MOST_TRANSFERS, 5_000, 'Transfers that are read'),
    seconds: upTo(MOST_SECONDS, 3, 'Seconds after which no further hop begins'),
  })
  .meta({ id: 'TraceLimits', description: 'Where to stop.' });

export const directionSchema = z
  .enum(['OUT', 'IN'])
  .meta({ id: 'TraceDirection', description: 'OUT: where it went. IN: where it came from.' });

export const traceSchema = z
  .strictObject({
    from: fromSchema,
    direction: directionSchema.default('OUT').meta({ description: 'OUT if not said.' }),
    hops: upTo(MOST_HOPS, 5, 'Hops'),
    asset: z
      .string()
      .regex(/^[A-Za-z0-9.-]{1,20}$/, 'An asset code: letters, digits, dots and hyphens, 20 at most.')
      .optional()
      .meta({ description: 'This asset alone.' }),
    minAmount: z
      .string()
      .regex(/^(0|[1-9]\d{0,77})$/, 'A whole number of base units, as digits, 78 at most.')
      .transform(BigInt)
      .optional()
      .meta({ description: 'In base units of `asset`: smaller transfers are not followed.' }),
    window: windowSchema.default({}),
    limits: limitsSchema.default(() => limitsSchema.parse({})),
  })
  .refine(({ asset, minAmount }) => asset !== undefined || minAmount === undefined, {
    path: ['minAmount'],
    message: 'Base units of what? Name the asset.',
  })
  .meta({ id: 'Trace', description: 'Where a trace begins and where it stops.' });

export type TraceInput = z.output<typeof traceSchema>;

export const stopSchema = z
  .enum(['HUB', 'HOPS', 'NODES', 'TRANSFERS', 'TIME', 'AMOUNT', 'WINDOW', 'SERVICE'])
  .meta({
    id: 'TraceStop',
    description:
      'HUB: more transfers than `fanOut`, none is followed. HOPS, NODES, TRANSFERS, TIME: a limit was reached here. AMOUNT: smaller transfers are not followed. WINDOW: earlier or later ones are not. SERVICE: a known service, behind which the money is mixed.',
  });
