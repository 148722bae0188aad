import { Module, type DynamicModule, type FactoryProvider } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { PassportModule } from '@nestjs/passport';
import { Database, type Logger } from '#core';
import { AuthorizationServer } from './authorization-server.js';
import { AuthorizationStore } from './authorization-store.js';
import { BearerStrategy } from './bearer.strategy.js';
import { DpopStrategy } from './dpop.strategy.js';
import { Proofs } from './proofs.js';
import { PublicAddress } from './public-address.js';
import { SigningKeys, WrongSecret } from './signing-keys.js';
import { Tokens, type TrustedIssuer } from './tokens.js';

export interface IdentityOptions {
  /** The demo's issuer; null outside demo mode. */
  demo: TrustedIssuer | null;
  /** 32 bytes: under it lie the service's own keys. */
  secret: Buffer;
  /** Null for the address it listens at. */
  publicUrl: string | null;
  host: string;
  log: Logger;
}

/** How a caller proves who it is. */
@Module({})
export class IdentityModule {
  static forRoot(options: IdentityOptions): DynamicModule {
    const { demo, secret, publicUrl, host, log } = options;
    const providers: FactoryProvider[] = [
      {
        provide: PublicAddress,
        inject: [HttpAdapterHost],
        useFactory: (adapter: HttpAdapterHost) => new PublicAddress(publicUrl, host, adapter),
      },
      {
        provide: SigningKeys,
        inject: [Database],
        useFactory: (database: Database) => openKeys(new SigningKeys(database, secret), demo !== null, log),
      },
      {
        provide: Tokens,
        inject: [SigningKeys, PublicAddress],
        useFactory: (keys: SigningKeys, address: PublicAddress) => new Tokens(demo, keys, address),
      },
      {
        provide: Proofs,
        inject: [PublicAddress],
        useFactory: (address: PublicAddress) => new Proofs(secret, address),
      },
      {
        provide: AuthorizationServer,
        inject: [Database, SigningKeys, PublicAddress],
        useFactory: (database: Database, keys: SigningKeys, address: PublicAddress) =>
          new AuthorizationServer(keys, new AuthorizationStore(database, log), address, secret, log),
      },
    ];
    return {
      module: IdentityModule,
      imports: [PassportModule],
      providers: [...providers, BearerStrategy, DpopStrategy],
      exports: [AuthorizationServer],
    };
  }
}

/** A demo whose folder was removed made itself another secret: it makes itself another key, too. */
async function openKeys(keys: SigningKeys, isDemo: boolean, log: Logger): Promise<SigningKeys> {
  const strangers = await keys.open().catch(async (error: unknown) => {
    if (!isDemo || !(error instanceof WrongSecret)) throw error;
    await keys.rotate();
    return [];
  });
  if (strangers.length > 0)
    log.warn(
      { kids: strangers },
      'signing keys in the database without the mark of ENTENTE_AUTH_SECRET: not believed',
    );
  return keys;
}
