import type { ClientMetadata } from 'oidc-provider';
import { ROLES } from '#access';
import { isLoopback, type NamedTools } from '#core';

/** A token may be for some of the roles that its member has: `analyst agency_admin`. */
export const SCOPES = ROLES.map((role) => role.toLowerCase());

/** The command line, which has no browser: RFC 8628. */
export const COMMAND_LINE = 'entente-cli';
/** The console in the browser: authorization code with PKCE. */
export const CONSOLE = 'entente-console';

/** Of a tool on a person's machine, where every other program can say that it is that tool. */
export const NATIVE = 'native';

/** What every tool has: no secret, which would be no secret, and tokens bound to a key of its own. */
const PUBLIC = {
  token_endpoint_auth_method: 'none',
  dpop_bound_access_tokens: true,
  scope: SCOPES.join(' '),
} as const;

/** Authorization code with PKCE, which the server asks of everyone. */
const byCode = (
  id: string,
  name: string,
  redirects: readonly string[],
  type: ClientMetadata['application_type'] = 'web',
): [string, ClientMetadata] => [
  id,
  {
    ...PUBLIC,
    client_id: id,
    client_name: name,
    application_type: type,
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    redirect_uris: [...redirects],
  },
];

/**
 * @param console where it is, if there is one
 * @param named those that whoever runs the service has named
 */
export const toolsOf = (console: string | null, named: NamedTools): ReadonlyMap<string, ClientMetadata> =>
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
    ...(console === null ? [] : [byCode(CONSOLE, 'Entente console', [console])]),
    // RFC 8252, section 7.3: there, of a loopback address, any port is good.
    ...[...named].map(([id, redirects]) =>
      byCode(id, id, redirects, redirects.some(isLoopback) ? NATIVE : undefined),
    ),
  ]);
