import { z } from 'zod';

/** Tools in which people sign in, by their ids: to which addresses the browser may be sent back with a code. */
export type NamedTools = ReadonlyMap<string, readonly string[]>;

/** An id is nobody else's: clients of agencies have UUIDs, and the service's own tools begin with its name. */
const isId = (id: string): boolean =>
  /^[a-z][a-z0-9-]{0,39}$/.test(id) && !/^entente-|^[0-9a-f-]{36}$/.test(id);

/** Of a loopback address, by its digits (RFC 8252, section 8.3): a name may lead elsewhere. */
export const isLoopback = (address: string): boolean => /^http:\/\/(127\.0\.0\.1|\[::1\])[:/]/.test(address);

const isRedirect = (address: string): boolean =>
  URL.canParse(address) &&
  !/[#@*\\\s]/.test(address) &&
  (/^https:\/\/[^/]/.test(address) || isLoopback(address));

/** `id=address`, separated by commas; an id may come again, with another address. */
export const namedTools = z.string().transform((text, context): NamedTools => {
  const tools = new Map<string, string[]>();
  for (const one of text.split(',').map((part) => part.trim())) {
    if (one === '') continue;
    const [, id = '', address = ''] = /^([^=]*)=(.*)$/.exec(one) ?? [];
    if (isId(id) && isRedirect(address)) tools.set(id, [...(tools.get(id) ?? []), address]);
    else context.addIssue(`“${one}” is no tool: ${RULE}`);
  }
  return tools;
});

const RULE =
  'id=address, separated by commas; an id has small letters, digits and hyphens and does not begin with entente-; an ' +
  'address is by https, or http://127.0.0.1 or http://[::1] with a path, and has no fragment';
