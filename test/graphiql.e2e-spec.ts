import { Script } from 'node:vm';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fastify from 'fastify';
import { Kind, parse } from 'graphql';
import { graphiql } from '../apps/api/graphiql/graphiql.js';
import { queries } from '../apps/api/graphiql/queries.js';

const app = fastify();
beforeAll(async () => {
  await app.register(graphiql(queries, queries, 'console'));
});
afterAll(() => app.close());

const linked = (html: string) => [...html.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, url = '']) => url);

test('the page names no other host and holds no script or handler of its own', async () => {
  const { statusCode, headers, body } = await app.inject('/graphiql');
  expect(statusCode).toBe(200);
  expect(body).not.toMatch(/\/\//);
  expect(body).not.toMatch(/<script(?! defer src=)|\son\w+=|<style/i);
  const policy = String(headers['content-security-policy']).split('; ');
  expect(policy).toContain("default-src 'none'");
  const sources = policy.flatMap((directive) => directive.split(' ').slice(1));
  expect(new Set(sources)).toEqual(new Set(["'none'", "'self'", 'data:']));
});

test('every file the page asks for comes from the service, may be kept for ever, and loads no other', async () => {
  const { body } = await app.inject('/graphiql');
  const files = linked(body).filter((url) => url !== 'data:,');
  expect(files).toHaveLength(6);
  for (const url of files) {
    const { statusCode, headers, body: content } = await app.inject(url);
    expect([url, statusCode]).toEqual([url, 200]);
    expect(headers['cache-control']).toContain('immutable');
    expect(headers['x-content-type-options']).toBe('nosniff');
    if (url.endsWith('.css')) {
      expect(headers['content-type']).toContain('text/css');
      expect(content).not.toMatch(/@import|url\(["']?(?!data:)/);
    } else {
      expect(headers['content-type']).toContain('text/javascript');
      expect(() => new Script(content)).not.toThrow();
    }
  }
});

test('other content gets another path', async () => {
  const other = fastify();
  await other.register(graphiql(queries, queries.slice(1), 'console'));
  const [one, two] = await Promise.all([app.inject('/graphiql'), other.inject('/graphiql')]);
  expect(linked(one.body).slice(1)).not.toEqual(linked(two.body).slice(1));
  await other.close();
});

test('each task is one operation with a name of its own, at the start of a line: it names the tab', () => {
  const names = queries.map(({ query }) => {
    const [operation, ...others] = parse(query).definitions;
    expect(others).toEqual([]);
    return operation?.kind === Kind.OPERATION_DEFINITION ? operation.name?.value : undefined;
  });
  expect(names).toEqual(queries.map(({ query }) => /^(?:query|mutation) (\w+)/.exec(query)?.[1]));
  expect(new Set(names).size).toBe(queries.length);
});

test('a task of somebody who is not a demo member does not start', () => {
  expect(() => graphiql([{ agency: 'KR-FSC', role: 'auditor' }], queries, 'console')).toThrow(
    /not a demo member/,
  );
});
