export { append, type Act } from './append.js';
export { Entry } from './entry.entity.js';
