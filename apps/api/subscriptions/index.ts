import type { FastifyInstance } from 'fastify';
import type { Logger } from '#core';
import { describeErrors, refuse } from '../errors.js';
import type { Budgets } from '../limits/budgets.js';
import { Operations } from './operations.js';
import { overEvents } from './sse.js';
import { overWebSocket } from './websocket.js';

/** Where subscriptions come in: WebSocket at `/graphql`, server-sent events at `/graphql/stream`. */
export function subscriptions(fastify: FastifyInstance, budgets: Budgets, log: Logger): void {
  const operations = new Operations(() => fastify.graphql.schema, budgets, describeErrors(log));
  overEvents(fastify, operations, refuse(log));
  overWebSocket(fastify, operations);
}
