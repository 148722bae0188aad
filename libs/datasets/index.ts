export { indicatorRows } from './rows.js';
export { DatasetsService } from './datasets.service.js';
export { DatasetsModule, datasetResolvers } from './datasets.module.js';
