import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer, type ServerOptions } from 'node:https';
import { once } from 'node:events';
import { TLSSocket } from 'node:tls';
import { Webhook } from 'standardwebhooks';
import { ADMINISTRATION } from './administration.js';
import { administrators } from './clients.js';
import { eventually } from './processes.js';
import { agencyId, memberId, type Code } from './roster.js';
import { startWorker, type WorkerProcess } from './workers.js';
import type { World } from './world.js';

export interface Arrived {
  id: string;
  /** Of the receiver, in milliseconds. */
  at: number;
  headers: IncomingHttpHeaders;
  /** Subject of the certificate that the sender showed. */
  by: string | null;
  text: string;
  body: {
    id: string;
    type: string;
    timestamp: string;
    data: {
      epoch: string;
      position: number | null;
      subjectId?: string;
      withdrawn?: boolean;
      document?: object | null;
    };
  };
}

type Respond = (response: ServerResponse, arrived: Arrived) => void;

/** An agency's system: consents to deliveries, keeps what arrives, and answers as it is told to. */
export class Receiver {
  readonly arrived: Arrived[] = [];
  respond: Respond = (response) => void response.writeHead(204).end();
  consents = true;
  /** How often it was asked whether it consents. */
  asked = 0;

  private constructor(
    private readonly server: Server | TlsServer,
    readonly host: string,
    readonly url: string,
  ) {}

  /** @param tls by https, and whether it asks for a certificate */
  static async start(tls?: ServerOptions): Promise<Receiver> {
    const server = tls ? createTlsServer(tls) : createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const host = `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
    const receiver = new Receiver(server, host, `${tls ? 'https' : 'http'}://${host}/hook`);
    server.on('request', (request, response) => {
      if (request.method === 'OPTIONS') {
        receiver.asked += 1;
        const origin = request.headers['webhook-request-origin'];
        if (receiver.consents) response.setHeader('webhook-allowed-origin', String(origin));
        response.writeHead(204).end();
        return;
      }
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        const { headers, socket } = request;
        const arrived = {
          ...{ id: String(headers['webhook-id']), at: performance.now(), headers, text },
          by: (socket instanceof TLSSocket ? socket.getPeerX509Certificate()?.subject : null) ?? null,
          body: JSON.parse(text) as Arrived['body'],
        };
        receiver.arrived.push(arrived);
        receiver.respond(response, arrived);
      });
    });
    return receiver;
  }

  positions(): (number | null)[] {
    return this.arrived.map(({ body }) => body.data.position);
  }

  /** Whether the published library believes every delivery. */
  verifyAll(secret: string): void {
    const library = new Webhook(secret);
    for (const { text, headers } of this.arrived) library.verify(text, headers as Record<string, string>);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}

/** A webhook of an agency at a receiver on this machine, which no administrator could register; with its secret. */
export async function webhookAt(
  world: World,
  code: Code,
  url: string,
  more: { payload?: 'THIN' | 'FULL'; eventTypes?: string[]; inFlight?: number; perSecond?: number } = {},
): Promise<{ id: string; secret: string }> {
  const { payload = 'THIN', eventTypes = [], inFlight = 8, perSecond = 1_000 } = more;
  const [row] = await world.sql<{ id: string }>(
    `insert into webhook (agency_id, url, description, event_types, payload, in_flight, per_second, state, registered_by)
     values ($1, $2, 'A receiver', $3, $4, $5, $6, 'PENDING_PROOF', $7) returning id`,
    [agencyId(code), url, eventTypes, payload, inFlight, perSecond, memberId(code, 'AGENCY_ADMIN')],
  );
  if (!row) throw new Error('There is no webhook.');
  const { first } = await administrators(world, code);
  const { done } = await first.ask<{ done: { secret: string } }>(ADMINISTRATION.makeWebhookSecret, {
    input: { idempotencyKey: row.id, webhookId: row.id },
  });
  return { id: row.id, secret: done.secret };
}

export const stateOf = async (world: World, id: string) =>
  (
    await world.sql<{
      state: string;
      reason: string | null;
      position: number;
      failing: boolean;
      aside: number;
    }>(
      `select state, reason, position::int, failing_since is not null as failing,
              (select count(*)::int from webhook_aside s where s.webhook_id = w.id) as aside
         from webhook w join webhook_dispatch d on d.webhook_id = w.id where w.id = $1`,
      [id],
    )
  )[0];

export const untilActive = (world: World, id: string): Promise<void> =>
  eventually('it is proven', async () => (await stateOf(world, id))?.state === 'ACTIVE');

/** A worker of this world, which may send to these receivers. */
export const dispatching = (
  world: World,
  receivers: readonly Receiver[],
  more: NodeJS.ProcessEnv = {},
): Promise<WorkerProcess> =>
  startWorker(world.database.workerUrl, {
    ENTENTE_WEBHOOK_KEY: world.issuer.webhookKey.toString('base64'),
    ENTENTE_LOCAL_RECEIVERS: receivers.map(({ host }) => host).join(','),
    ENTENTE_PUBLIC_URL: 'https://entente.example',
    ...more,
  });
