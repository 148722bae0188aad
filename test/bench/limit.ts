import { createServer } from 'node:http';
import { Pool } from 'pg';

/*
 * The least that could answer the list page: plain node:http, one pool, one named statement, no row security, and the
 * stored documents joined as they are. Started with the URL of a superuser and the size of the pool.
 */
const [url = '', size = ''] = process.argv.slice(2);
const pool = new Pool({
  connectionString: url,
  max: Number(size),
  options: '-c search_path=entente,pg_catalog',
});

const PAGE = `
  select i.finding_id as id, r.document::text as document
    from inbox i join revision r on r.id = i.revision_id
   where i.agency_id = $1 and i.until > now() and (i.listed_at, i.finding_id) < (instant($2), $3)
   order by i.listed_at desc, i.finding_id desc limit 20`;

interface Row {
  id: string;
  document: string;
}

const server = createServer((request, response) => {
  // /agency/key/id
  const [, ...values] = (request.url ?? '').split('/');
  pool
    .query<Row>({ name: 'page', text: PAGE, values })
    .then(({ rows }) => {
      const items = rows.map(({ id, document }) => `{"id":"${id}","document":${document}}`);
      const body = Buffer.from(`[${items.join(',')}]`);
      response.setHeader('content-type', 'application/json');
      response.setHeader('content-length', body.length);
      response.end(body);
    })
    .catch((error: unknown) => {
      response.statusCode = 500;
      response.end(String(error));
    });
});
process.once('disconnect', () => process.exit(0));
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (typeof address === 'object' && address) process.send?.({ ready: `http://127.0.0.1:${address.port}` });
});
