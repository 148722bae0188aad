import { workerData } from 'node:worker_threads';
import { loadBatches, type Part } from './load.js';

/* A thread of `loadFindings`. */

await loadBatches(workerData as Part);
