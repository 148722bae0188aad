import { createHmac } from 'node:crypto';
import type { AdministrationPayload, AdministrationService } from '#access';
import { type Caller, Database, derived, invalid, seal, unseal } from '#core';
import type { AuthorizationStore } from './authorization-store.js';
import type { IdentityProviderType } from './identity-provider.type.js';
import { NoKeyTaken, type IdentityProvider, type Providers } from './providers.js';

interface Row {
  agencyId: string;
  issuer: string;
  clientId: string;
  sealedSecret: string | null;
  acrValues: string[];
}

interface SetProvider {
  idempotencyKey: string;
  issuer: string;
  clientId: string;
  clientSecret?: string | undefined;
  acrValues?: string[] | undefined;
}

/** The agencies' own providers. What one gave this service to prove itself is sealed before anything keeps it. */
export class IdentityProvidersService {
  private readonly sealing: Buffer;
  private readonly marking: Buffer;

  constructor(
    private readonly database: Database,
    private readonly administration: AdministrationService,
    private readonly store: AuthorizationStore,
    private readonly providers: Providers,
    secret: Buffer,
  ) {
    this.sealing = derived(secret, 'secrets at providers');
    this.marking = derived(secret, 'marks of secrets at providers');
  }

  /** Where members of this agency prove who they are. Null also for an agency that is not there or is suspended. */
  async ofAgency(code: string): Promise<IdentityProvider | null> {
    const [row] = await this.store.inTurn<Row>(
      `select agency_id as "agencyId", issuer, client_id as "clientId", sealed_secret as "sealedSecret",
              acr_values as "acrValues"
         from entente.identity_provider_of($1)`,
      [code],
    );
    if (!row) return null;
    const { sealedSecret, ...provider } = row;
    const clientSecret =
      sealedSecret === null ? null : unseal(this.sealing, nameOf(row), Buffer.from(sealedSecret, 'base64'));
    return { ...provider, clientSecret, personsIssuer: provider.issuer };
  }

  own(caller: Caller): Promise<IdentityProviderType[]> {
    return this.database.read(caller, (reader) =>
      reader.rows<IdentityProviderType>(
        `select issuer, client_id as "clientId", by_key as "byKey", acr_values as "acrValues", set_at as "setAt", set_by as "setBy" from identity_provider
          where agency_id = (select acting())`,
      ),
    );
  }

  /** Asks the provider first: a mistake is told to who makes it, and not to who cannot sign in. */
  async set(caller: Caller, input: SetProvider): Promise<AdministrationPayload> {
    // Who may not set one makes us ask nobody.
    await this.own(caller);
    const { clientSecret = null, ...said } = input;
    const provider = { acrValues: [], ...said, clientSecret, agencyId: null, personsIssuer: said.issuer };
    await this.providers.configuration(provider).catch((error: unknown) => {
      if (error instanceof NoKeyTaken) throw invalid('input.clientSecret', error.message);
      throw invalid('input.issuer', 'No OpenID provider answers at this issuer.');
    });
    if (clientSecret === null)
      return this.administration.administer(caller, 'setIdentityProvider', 'identity-provider.set', said);
    // The same key with another secret is another act; from the mark nobody learns the secret.
    const secretMark = createHmac('sha256', this.marking).update(clientSecret).digest('hex');
    const told = { ...said, secretMark };
    const sealedSecret = seal(this.sealing, nameOf(input), clientSecret).toString('base64');
    return this.administration.administer(
      caller,
      'setIdentityProvider',
      'identity-provider.set',
      told,
      () => ({ sealedSecret }),
    );
  }

  remove(caller: Caller, input: { idempotencyKey: string }): Promise<AdministrationPayload> {
    return this.administration.administer(
      caller,
      'removeIdentityProvider',
      'identity-provider.removed',
      input,
    );
  }
}

/** What was sealed for one client of one provider opens for no other. */
const nameOf = ({ issuer, clientId }: { issuer: string; clientId: string }): string =>
  JSON.stringify([issuer, clientId]);
