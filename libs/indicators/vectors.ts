import { badCoins, goodCoins } from './coin-vectors.js';
import { badOthers, goodOthers } from './network-vectors.js';
import { badWallets, goodWallets } from './wallet-vectors.js';

/** Known-good and known-bad values of every type, and of every family of chains for those with a chain. */
export const goodVectors = [...goodWallets, ...goodCoins, ...goodOthers];
export const badVectors = [...badWallets, ...badCoins, ...badOthers];
