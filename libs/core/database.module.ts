import { Global, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { Database, openDatabase, type DatabaseOptions } from './database.js';
import { checkServerAndLogin } from './start-checks.js';

/** The database, once for the whole application, closed with it. */
@Global()
@Module({})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(private readonly database: Database) {}

  /** Checks server and login before anything else is opened. */
  static forRoot(options: DatabaseOptions): DynamicModule {
    const useFactory = async (): Promise<Database> => {
      await checkServerAndLogin(options.url);
      return openDatabase(options);
    };
    return { module: DatabaseModule, providers: [{ provide: Database, useFactory }], exports: [Database] };
  }

  onApplicationShutdown(): Promise<void> {
    return this.database.close();
  }
}
