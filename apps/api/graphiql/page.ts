/// <reference lib="dom" />
import type { Member, Task } from './queries.js';

/** What the three scripts before this one leave in the window. */
declare const React: { createElement(type: unknown, props: object): unknown };
declare const ReactDOM: { createRoot(element: Element): { render(node: unknown): void } };
declare const GraphiQL: unknown;

/**
 * The page's script. graphiql.ts serves the text of this function: it may use nothing from outside itself but types
 * and the globals of the browser.
 *
 * The drop-down says who runs the tab in front. It follows the tab, and a pick is kept for that tab's operation.
 * Nothing is stored in the browser: a reload brings the tasks back as they were.
 */
export function page(members: Member[], tasks: Task[]): void {
  const select = document.querySelector('select');
  const main = document.querySelector('main');
  if (!select || !main) return;

  const key = ({ agency, role }: Member) => String(new URLSearchParams({ agency, role }));
  for (const member of members) select.add(new Option(`${member.agency} ${member.role}`, key(member)));

  // GraphiQL names a tab by its operation, with this rule.
  const nameOf = (query: string) => /^(?!#).*(?:query|mutation)\s+(\w+)/m.exec(query)?.[1] ?? '';
  const runsAs = new Map(tasks.map((task) => [nameOf(task.query), key(task)]));
  let front = '';
  const bringForward = (operation: string) => {
    front = operation;
    select.value = runsAs.get(operation) ?? select.value;
  };
  bringForward(nameOf(tasks[0]?.query ?? ''));
  select.addEventListener('change', () => runsAs.set(front, select.value));

  const tokens = new Map<string, { token: string; until: number }>();
  const tokenOf = async (member: string) => {
    const kept = tokens.get(member);
    if (kept && Date.now() < kept.until) return kept.token;
    const response = await fetch(`/demo/token?${member}`, { cache: 'no-store' });
    if (!response.ok) throw new Error(`No token for ${member}: ${response.status}`);
    const { token, expiresIn } = (await response.json()) as { token: string; expiresIn: number };
    tokens.set(member, { token, until: Date.now() + (expiresIn - 60) * 1000 });
    return token;
  };

  const fetcher = async (request: object): Promise<unknown> => {
    const member = select.value;
    const response = await fetch('/graphql', {
      method: 'POST',
      headers: {
        accept: 'application/graphql-response+json',
        authorization: `Bearer ${await tokenOf(member)}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify(request),
    });
    if (response.status === 401) tokens.delete(member); // the service was started anew, with other keys
    return response.json();
  };

  ReactDOM.createRoot(main).render(
    React.createElement(GraphiQL, {
      fetcher,
      storage: null,
      defaultQuery: '',
      defaultEditorToolsVisibility: 'variables',
      isHeadersEditorEnabled: false,
      showPersistHeadersSettings: false,
      defaultTabs: tasks.map(({ title, query, variables }) => ({
        query: `${title.replace(/^/gm, '# ')}\n${query}`,
        variables: variables && JSON.stringify(variables, null, 2),
      })),
      onTabChange: ({ tabs, activeTabIndex }: { tabs: { title: string }[]; activeTabIndex: number }) => {
        const operation = tabs[activeTabIndex]?.title ?? '';
        if (operation !== front) bringForward(operation);
      },
    }),
  );
}
