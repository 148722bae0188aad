import type { ClientMetadata } from 'oidc-provider';
import { ROLES } from '#access';

/** A token may be for some of the roles that its member has: `analyst agency_admin`. */
export const SCOPES = ROLES.map((role) => role.toLowerCase());

/** The command line, which has no browser: RFC 8628. */
export const COMMAND_LINE = 'entente-cli';
/** The console in the browser: authorization code with PKCE. */
export const CONSOLE = 'entente-console';

/** What every tool of this service's own has: no secret, which would be no secret, and tokens bound to a key of its own. */
const PUBLIC = {
  token_endpoint_auth_method: 'none',
  dpop_bound_access_tokens: true,
  scope: SCOPES.join(' '),
} as const;

/** @param redirect where the console is, if there is one */
export const toolsOf = (redirect: string | null): ReadonlyMap<string, ClientMetadata> =>
  new Map<string, ClientMetadata>([
    [
      COMMAND_LINE,
      {
        ...PUBLIC,
        client_id: COMMAND_LINE,
        client_name: 'npx entente',
        grant_types: ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token'],
        response_types: [],
        redirect_uris: [],
      },
    ],
    ...(redirect === null
      ? []
      : [
          [
            CONSOLE,
            {
              ...PUBLIC,
              client_id: CONSOLE,
              client_name: 'Entente console',
              grant_types: ['authorization_code', 'refresh_token'],
              response_types: ['code'],
              redirect_uris: [redirect],
            },
          ] satisfies [string, ClientMetadata],
        ]),
  ]);
