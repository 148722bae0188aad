import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { FastifyPluginAsync } from 'fastify';
import { page } from './page.js';
import type { Member, Task } from './queries.js';
import { signedIn } from './signed-in.js';

const require = createRequire(import.meta.url);
const react = dirname(require.resolve('react/package.json'));
const reactDom = dirname(require.resolve('react-dom/package.json'));
const graphiqlPackage = dirname(require.resolve('graphiql/package.json'));

/**
 * The editor styles elements through the DOM, which `style-src 'self'` allows. It refuses one inline sheet, the scroll
 * lock behind an open dialog; this page does not scroll. The editor's fonts are data: inside its own CSS.
 */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; font-src data:; img-src data:; connect-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const style = `
:root { color-scheme: light dark; font: 16px/1.4 system-ui, sans-serif; }
body { margin: 0; height: 100vh; display: flex; flex-direction: column; background: Canvas; color: CanvasText; }
header { display: flex; flex-wrap: wrap; align-items: baseline; gap: .5rem 1rem; padding: .5rem 1rem; }
h1, header p { margin: 0; font-size: 1rem; }
select { font: inherit; padding: .2rem .4rem; }
main { flex: 1; min-height: 0; }
`;

const html = (base: string, script: string, header: string) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>GraphiQL - Entente demo</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${base}/graphiql.css">
<link rel="stylesheet" href="${base}/page.css">
<script defer src="${base}/react.js"></script>
<script defer src="${base}/react-dom.js"></script>
<script defer src="${base}/graphiql.js"></script>
<script defer src="${base}/${script}"></script>
</head>
<body>
<header>
<h1>Entente demo</h1>
${header}
</header>
<main><noscript>GraphiQL needs JavaScript.</noscript></main>
</body>
</html>
`;

const AS_MEMBERS = `<label for="member">Sign in as</label>
<select id="member"></select>
<p>Each tab runs as its own member; pick another here to see the same query with other rights.</p>`;
const AS_SIGNED_IN = `<output></output>
<p><a href="oauth/session/end">Sign out</a></p>`;

/**
 * GraphiQL, for the demo only: at /graphiql as any of its members, with tokens that its script asks `GET /demo/token`
 * for; at /console as whoever signs in. Every file comes from this
 * process, under a path that names their content, so that a browser may keep them for ever.
 * Throws if a task runs as somebody who is not among the members.
 */
export function graphiql(members: Member[], tasks: Task[], clientId: string): FastifyPluginAsync {
  for (const { title, agency, role } of tasks) {
    if (!members.some((member) => member.agency === agency && member.role === role)) {
      throw new Error(`GraphiQL: "${title}" runs as ${agency} ${role}, who is not a demo member`);
    }
  }
  return async (fastify) => {
    const files: [name: string, type: string, content: string | Buffer][] = [
      ['react.js', 'text/javascript', await readFile(join(react, 'umd/react.production.min.js'))],
      ['react-dom.js', 'text/javascript', await readFile(join(reactDom, 'umd/react-dom.production.min.js'))],
      ['graphiql.js', 'text/javascript', await readFile(join(graphiqlPackage, 'graphiql.min.js'))],
      ['graphiql.css', 'text/css', await readFile(join(graphiqlPackage, 'graphiql.min.css'))],
      ['page.css', 'text/css', style],
      [
        'page.js',
        'text/javascript',
        `(${page.toString()})(${JSON.stringify(members)}, ${JSON.stringify(tasks)});`,
      ],
      [
        'signed-in.js',
        'text/javascript',
        `(${signedIn.toString()})(${JSON.stringify(clientId)}, ${JSON.stringify(tasks)});`,
      ],
    ];
    const hash = createHash('sha256');
    for (const [, , content] of files) hash.update(content);
    const base = `/graphiql/${hash.digest('hex').slice(0, 16)}`;

    const safe = { 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' };
    const pages = [
      ['/graphiql', 'page.js', AS_MEMBERS],
      ['/console', 'signed-in.js', AS_SIGNED_IN],
    ] as const;
    for (const [path, script, header] of pages) {
      fastify.get(path, (_request, reply) =>
        reply
          .headers({ ...safe, 'content-security-policy': policy, 'cache-control': 'no-cache' })
          .type('text/html; charset=utf-8')
          .send(html(base, script, header)),
      );
    }
    for (const [name, type, content] of files) {
      fastify.get(`${base}/${name}`, (_request, reply) =>
        reply
          .headers({ ...safe, 'cache-control': 'public, max-age=31536000, immutable' })
          .type(`${type}; charset=utf-8`)
          .send(content),
      );
    }
  };
}
