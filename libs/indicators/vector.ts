import type { ChainCode } from './chains.js';
import type { IndicatorType } from './normalise.js';

/** A value to be accepted, and its normal form. */
export interface Good {
  type: IndicatorType;
  chain?: ChainCode;
  value: string;
  normal: string;
  from: string;
}

/** A value to be refused, and a part of the reason. */
export interface Bad {
  type: IndicatorType;
  chain?: ChainCode;
  value: string;
  reason: string;
  from: string;
}

export const same = (type: IndicatorType, from: string, values: string[], chain?: ChainCode): Good[] =>
  values.map((value) => ({ type, chain, value, normal: value, from }));

export const bad = (
  type: IndicatorType,
  chain: ChainCode | undefined,
  from: string,
  cases: Record<string, string>,
): Bad[] => Object.entries(cases).map(([value, reason]) => ({ type, chain, value, reason, from }));

export const good = (
  type: IndicatorType,
  chain: ChainCode | undefined,
  from: string,
  cases: Record<string, string>,
): Good[] => Object.entries(cases).map(([value, normal]) => ({ type, chain, value, normal, from }));
