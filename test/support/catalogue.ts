import { withClient, type TestDatabase } from './server.js';

const OURS = `'entente'::regnamespace`;
/** Partitions of a day: a database made before midnight has other ones than one made after. */
const OF_A_DAY = /\bwebhook_attempt_\d{8}/;
const ACL = (acl: string, kind: string, owner: string) =>
  `(select string_agg(item::text, ' ' order by item::text) from unnest(coalesce(${acl}, acldefault('${kind}', ${owner}))) as item)`;

/** What there is in the schema, one line a thing: the order in which it came about is left out. */
const CATALOGUE = `
  select format('schema owner %s, %s', nspowner::regrole, ${ACL('nspacl', 'n', 'nspowner')}) as line
    from pg_namespace where oid = ${OURS}
  union all select format('%s %s owner %s, security %s %s, options %s, %s', relkind, oid::regclass, relowner::regrole,
      relrowsecurity, relforcerowsecurity, reloptions, ${ACL('relacl', 'r', 'relowner')})
    from pg_class where relnamespace = ${OURS} and relkind <> 'i'
  union all select format('column %s.%s %s, not null %s, default %s, identity %s, generated %s, %s', attrelid::regclass, attname,
      format_type(atttypid, atttypmod), attnotnull, pg_get_expr(adbin, adrelid), attidentity, attgenerated,
      coalesce((select string_agg(item::text, ' ' order by item::text) from unnest(attacl) as item), ''))
    from pg_attribute join pg_class c on c.oid = attrelid left join pg_attrdef on adrelid = attrelid and adnum = attnum
   where relnamespace = ${OURS} and relkind in ('r', 'p', 'v', 'm') and attnum > 0 and not attisdropped
  union all select format('constraint %s on %s: %s, valid %s', conname, conrelid::regclass, pg_get_constraintdef(oid), convalidated)
    from pg_constraint where connamespace = ${OURS}
  union all select format('%s, valid %s', pg_get_indexdef(indexrelid), indisvalid)
    from pg_index join pg_class on pg_class.oid = indexrelid where relnamespace = ${OURS}
  union all select format('policy %s on %s for %s to %s, permissive %s, using %s, check %s', policyname, tablename, cmd,
      roles, permissive, qual, with_check)
    from pg_policies where schemaname = 'entente'
  union all select format('function owner %s, %s, %s', proowner::regrole, ${ACL('proacl', 'f', 'proowner')}, pg_get_functiondef(oid))
    from pg_proc where pronamespace = ${OURS}
  union all select pg_get_triggerdef(t.oid)
    from pg_trigger t join pg_class c on c.oid = tgrelid where relnamespace = ${OURS} and not tgisinternal
  union all select format('type %s %s owner %s', typname, typtype, typowner::regrole)
    from pg_type where typnamespace = ${OURS} and typtype in ('e', 'd', 'r')
  union all select format('default of %s for %s: %s', defaclrole::regrole, defaclobjtype, defaclacl) from pg_default_acl
  union all select format('migration %s %s', timestamp, name) from migrations
  order by 1`;

/** The whole schema of a database, as lines that can be compared: nothing of ids, oids, the order of columns or the day. */
export const catalogueOf = ({ setupUrl }: Pick<TestDatabase, 'setupUrl'>): Promise<string[]> =>
  withClient(setupUrl, async (client) =>
    (await client.query<{ line: string }>(CATALOGUE)).rows
      .map(({ line }) => line)
      .filter((line) => !OF_A_DAY.test(line)),
  );
