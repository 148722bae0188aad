export { isGlobalUnicast } from './addresses.js';
export {
  apiConfig,
  cliConfig,
  workerConfig,
  type ApiConfig,
  type CliConfig,
  type WorkerConfig,
} from './config.js';
export { isLoopback, type NamedTools } from './named-tools.js';
export { canonical, sha256 } from './canonical.js';
export { Checked, checkId } from './checked.pipe.js';
export { faultsOf } from './checked.js';
export { DateTimeScalar } from './date-time.scalar.js';
export { Database, openDatabase, type Caller, type Reader, type Tx, type Viewer } from './database.js';
export { DatabaseModule } from './database.module.js';
export {
  conflict,
  invalid,
  notFound,
  RateLimited,
  ServiceError,
  toServiceError,
  type ErrorCode,
  type InputFault,
} from './errors.js';
export { createLogger, traceOf, type Logger } from './logger.js';
export { idempotencyKey, once } from './idempotency.js';
export { Input } from './input.decorator.js';
export { PageArgs, pageTypeOf } from './page.type.js';
export {
  cursorOf,
  listKey,
  ListPage,
  PAGE_DEFAULT,
  PAGE_MAXIMUM,
  pageOf,
  pageRequest,
  type Page,
  type PageInfo,
  type PageRequest,
  type Position,
} from './paging.js';
export { derived, seal, unseal } from './sealing.js';
export { checkServerAndLogin, unsafeServer } from './start-checks.js';
export { foldText, languageTag, plainText } from './text.js';
export {
  lengthOf,
  LONGEST_PHRASE,
  nameKey,
  phraseOf,
  runsOf,
  vectorsOf,
  type Run,
  type Weight,
} from './words.js';
export { argsType, enumType, inputType, outputType, withoutNulls } from './zod-graphql.js';
