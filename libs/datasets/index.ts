export { DatasetsModule, datasetResolvers } from './datasets.module.js';
