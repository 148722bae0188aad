export { SearchModule, searchResolvers } from './search.module.js';
export { compile, parseQuery } from './text-query.js';
export { newestHits } from './text.queries.js';
export { TraceService } from './trace.service.js';
