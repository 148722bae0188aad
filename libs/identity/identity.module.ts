import { Module, type DynamicModule, type FactoryProvider } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { PassportModule } from '@nestjs/passport';
import { AccessModule, AdministrationService } from '#access';
import { Database, derived, type Logger, type NamedTools } from '#core';
import { resolveByDns, Sender, type LocalReceivers } from '#outbound';
import { AuthorizationServer } from './authorization-server.js';
import { AuthorizationStore } from './authorization-store.js';
import { BearerStrategy } from './bearer.strategy.js';
import type { DemoIssuer } from './demo-issuer.js';
import { DemoProvider } from './demo-provider.js';
import { DpopStrategy } from './dpop.strategy.js';
import { IdentityProvidersResolver } from './identity-providers.resolver.js';
import { IdentityProvidersService } from './identity-providers.service.js';
import { JwksAddresses, LARGEST } from './jwks-addresses.js';
import { Kept } from './kept.js';
import { PasskeySignIn } from './passkey-sign-in.js';
import { Passkeys } from './passkeys.js';
import { People } from './people.js';
import { Proofs } from './proofs.js';
import { Providers } from './providers.js';
import { PublicAddress } from './public-address.js';
import { Sessions } from './sessions.js';
import { SignIn, type ProviderName } from './sign-in.js';
import { SigningKeys, WrongSecret } from './signing-keys.js';
import { Strangers, type StrangerLimits } from './strangers.js';
import { Tokens } from './tokens.js';
import { toolsOf } from './tools.js';
import { TrustedProxies } from './trusted-proxies.js';
import { Turns } from './turns.js';

export interface IdentityOptions {
  /** The demo's issuer; null outside demo mode. */
  demo: DemoIssuer | null;
  /** 32 bytes: under it lie the service's own keys. */
  secret: Buffer;
  /** Null for the address it listens at. */
  publicUrl: string | null;
  host: string;
  log: Logger;
  /** Agencies' providers may be on this machine, and by http: in the demo, and for tests. */
  localProviders?: boolean | undefined;
  /** `host:port` of agencies' systems that may have any address, by plain HTTP: for tests. */
  localSystems?: LocalReceivers | undefined;
  /** What those may begin who have not signed in; as much as they like if not said. */
  strangers?: StrangerLimits | undefined;
  /** In which people sign in, besides the service's own; none if not said. */
  tools?: NamedTools | undefined;
  /** Addresses or ranges of proxies in front, and in which header they pass on certificates. None if not said. */
  proxies?: { ranges: readonly string[]; certificateHeader: string | null } | undefined;
}

export const identityResolvers = [IdentityProvidersResolver];

/** How a caller proves who it is. */
@Module({})
export class IdentityModule {
  static forRoot(options: IdentityOptions): DynamicModule {
    const { demo, secret, publicUrl, host, log, localProviders = false, localSystems } = options;
    const { ranges, certificateHeader } = options.proxies ?? { ranges: [], certificateHeader: null };
    const named = options.tools ?? new Map<string, string[]>();
    const providers: FactoryProvider[] = [
      {
        provide: PublicAddress,
        inject: [HttpAdapterHost],
        useFactory: (adapter: HttpAdapterHost) => new PublicAddress(publicUrl, host, adapter),
      },
      { provide: TrustedProxies, useFactory: () => new TrustedProxies(ranges, certificateHeader) },
      {
        provide: SigningKeys,
        inject: [Database],
        useFactory: (database: Database) => openKeys(new SigningKeys(database, secret), demo !== null, log),
      },
      {
        provide: Tokens,
        inject: [SigningKeys, PublicAddress],
        useFactory: (keys: SigningKeys, address: PublicAddress) =>
          new Tokens(demo?.trusted ?? null, keys, address, [...named.keys()]),
      },
      {
        provide: Proofs,
        inject: [PublicAddress],
        useFactory: (address: PublicAddress) => new Proofs(secret, address),
      },
      { provide: Turns, useFactory: () => new Turns(LOOK_UPS, MOST_WAITING) },
      {
        provide: AuthorizationStore,
        inject: [Database, Turns],
        useFactory: (database: Database, turns: Turns) => new AuthorizationStore(database, turns, log),
      },
      {
        provide: JwksAddresses,
        useFactory: () => new JwksAddresses(new Sender({ ...FOR_KEYS, allowed: localSystems ?? new Map() })),
      },
      {
        provide: Sessions,
        inject: [AuthorizationStore],
        useFactory: (store: AuthorizationStore) => new Sessions(store),
      },
      {
        provide: Kept,
        inject: [AuthorizationStore],
        useFactory: (store: AuthorizationStore) => new Kept(store, secret),
      },
      {
        provide: Strangers,
        inject: [Kept, TrustedProxies, Turns],
        useFactory: (kept: Kept, proxies: TrustedProxies, turns: Turns) =>
          new Strangers(kept, proxies, turns, options.strangers ?? UNBOUNDED),
      },
      {
        provide: AuthorizationServer,
        inject: [
          AuthorizationStore,
          JwksAddresses,
          TrustedProxies,
          Sessions,
          Kept,
          SigningKeys,
          PublicAddress,
        ],
        useFactory: (
          store: AuthorizationStore,
          jwks: JwksAddresses,
          proxies: TrustedProxies,
          sessions: Sessions,
          kept: Kept,
          keys: SigningKeys,
          address: PublicAddress,
        ) => {
          const people = new People(
            sessions,
            kept,
            address,
            derived(secret, 'cookies').toString('base64url'),
          );
          const tools = () => toolsOf(demo && `${address.url}/console`, named);
          return new AuthorizationServer({ keys, store, jwks, proxies, address, people, tools, secret, log });
        },
      },
      {
        provide: DemoProvider,
        inject: [PublicAddress],
        useFactory: (address: PublicAddress) => demo && new DemoProvider(demo, address),
      },
      {
        provide: Providers,
        inject: [SigningKeys],
        useFactory: (keys: SigningKeys) => new Providers(localProviders || demo !== null, keys),
      },
      {
        provide: IdentityProvidersService,
        inject: [Database, AdministrationService, AuthorizationStore, Providers],
        useFactory: (
          database: Database,
          administration: AdministrationService,
          store: AuthorizationStore,
          providers: Providers,
        ) => new IdentityProvidersService(database, administration, store, providers, secret),
      },
      {
        provide: SignIn,
        inject: [
          AuthorizationServer,
          Sessions,
          Kept,
          PublicAddress,
          DemoProvider,
          Providers,
          IdentityProvidersService,
        ],
        useFactory: (
          server: AuthorizationServer,
          sessions: Sessions,
          kept: Kept,
          address: PublicAddress,
          demoProvider: DemoProvider | null,
          providers: Providers,
          own: IdentityProvidersService,
        ) => {
          const providerOf = async (name: ProviderName) =>
            name === 'demo' ? (demoProvider?.registered ?? null) : own.ofAgency(name.agency);
          return new SignIn({ server, kept, sessions, providers, providerOf, address, secret, log });
        },
      },
    ];
    const byPasskey: FactoryProvider = {
      provide: PasskeySignIn,
      inject: [SignIn, Sessions, Kept, AuthorizationStore, PublicAddress],
      useFactory: (
        signIn: SignIn,
        sessions: Sessions,
        kept: Kept,
        store: AuthorizationStore,
        address: PublicAddress,
      ) => new PasskeySignIn({ signIn, sessions, kept, passkeys: new Passkeys(store, address) }),
    };
    return {
      module: IdentityModule,
      imports: [AccessModule, PassportModule],
      providers: [...providers, byPasskey, BearerStrategy, DpopStrategy, ...identityResolvers],
      exports: [AuthorizationServer, DemoProvider, PasskeySignIn, PublicAddress, SignIn, Strangers],
    };
  }
}

/** Strangers may make us look things up: with at most so many connections at a time, and so many that wait for one. */
const LOOK_UPS = 4;
const MOST_WAITING = 100;
const UNBOUNDED: StrangerLimits = { aMinute: 1e9, most: 1e9 };
/** Keys are asked for while their client waits. */
const FOR_KEYS = { resolve: resolveByDns(), connectWithin: 3_000, answerWithin: 5_000, keeps: LARGEST };

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
