import { createHmac } from 'node:crypto';
import type { AdministrationPayload, AdministrationService } from '#access';
import { type Caller, Database, derived, invalid, seal, unseal } from '#core';
import type { AuthorizationStore } from './authorization-store.js';
import type { IdentityProviderType } from './identity-provider.type.js';
import type { IdentityProvider, Providers } from './providers.js';

interface Row {
  agencyId: string;
  issuer: string;
  clientId: string;
  sealedSecret: string;
}

interface SetProvider {
  idempotencyKey: string;
  issuer: string;
  clientId: string;
  clientSecret: string;
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
      `select agency_id as "agencyId", issuer, client_id as "clientId", sealed_secret as "sealedSecret"
         from entente.identity_provider_of($1)`,
      [code],
    );
    if (!row) return null;
    const { agencyId, issuer, clientId, sealedSecret } = row;
    const clientSecret = unseal(this.sealing, nameOf(row), Buffer.from(sealedSecret, 'base64'));
    return { agencyId, issuer, clientId, clientSecret, personsIssuer: issuer };
  }

  own(caller: Caller): Promise<IdentityProviderType[]> {
    return this.database.read(caller, (reader) =>
      reader.rows<IdentityProviderType>(
        `select issuer, client_id as "clientId", set_at as "setAt", set_by as "setBy" from identity_provider
          where agency_id = (select acting())`,
      ),
    );
  }

  /** Asks the provider first: a mistake is told to who makes it, and not to who cannot sign in. */
  async set(caller: Caller, input: SetProvider): Promise<AdministrationPayload> {
    // Who may not set one makes us ask nobody.
    await this.own(caller);
    const { clientSecret, ...said } = input;
    const provider = { ...said, clientSecret, agencyId: null, personsIssuer: said.issuer };
    await this.providers.configuration(provider).catch(() => {
      throw invalid('input.issuer', 'No OpenID provider answers at this issuer.');
    });
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
