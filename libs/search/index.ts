export { SearchModule, searchResolvers } from './search.module.js';
