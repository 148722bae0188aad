export { type Asset, assets, decimalsOf } from './assets.js';
export { type Chain, type ChainCode, chains, isChain } from './chains.js';
export {
  type EnteredIndicator,
  type IndicatorRole,
  indicatorRoles,
  type IndicatorType,
  indicatorTypes,
  keyOf,
  type Normalised,
  normalise,
  recognise,
} from './normalise.js';
export { read, type Reading, separate } from './pasted.js';
