import { Injectable, RequestMethod, type OnModuleInit } from '@nestjs/common';
import { PATH_METADATA } from '@nestjs/common/constants.js';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { ALLOW, OPEN } from './allow.decorator.js';

/** Nest's own key for what kind of root field a resolver's method is. */
const RESOLVER_TYPE = 'graphql:resolver_type';
const ROOTS = new Set(['Query', 'Mutation', 'Subscription']);

/** The service does not start with a root field or route that says neither who may (`@Allow`) nor that all may (`@Open`). */
@Injectable()
export class ClosedByDefault implements OnModuleInit {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
  ) {}

  onModuleInit(): void {
    const open = [...this.entries()]
      .filter(({ handler }) => !Reflect.hasMetadata(ALLOW, handler) && !Reflect.hasMetadata(OPEN, handler))
      .map(({ name }) => name);
    if (open.length > 0) throw new Error(`These say neither @Allow nor @Open: ${open.join(', ')}.`);
  }

  private *entries(): Iterable<{ name: string; handler: object }> {
    for (const wrapper of [...this.discovery.getProviders(), ...this.discovery.getControllers()]) {
      const instance: unknown = wrapper.instance;
      if (typeof instance !== 'object' || instance === null) continue;
      const prototype = Object.getPrototypeOf(instance) as object | null;
      if (prototype === null) continue;
      for (const name of this.scanner.getAllMethodNames(prototype)) {
        const handler: unknown = Reflect.get(prototype, name);
        if (typeof handler === 'function' && isEntry(handler))
          yield { name: `${instance.constructor.name}.${name}`, handler };
      }
    }
  }
}

const isEntry = (handler: object): boolean =>
  ROOTS.has(String(Reflect.getMetadata(RESOLVER_TYPE, handler))) ||
  (Reflect.hasMetadata(PATH_METADATA, handler) &&
    Reflect.getMetadata('method', handler) !== RequestMethod.OPTIONS);
