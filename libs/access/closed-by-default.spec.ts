import 'reflect-metadata';
import { expect, test } from '@jest/globals';
import { Controller, Get, Module, Options, type Type } from '@nestjs/common';
import { DiscoveryModule, NestFactory } from '@nestjs/core';
import { Mutation, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Allow, Open } from './allow.decorator.js';
import { ClosedByDefault } from './closed-by-default.js';

@Resolver()
class Closed {
  @Query(() => String)
  @Allow('ANALYST')
  read(): string {
    return '';
  }

  @ResolveField(() => String)
  below(): string {
    return '';
  }
}

@Resolver()
class ForgottenQuery extends Closed {
  @Query(() => String)
  found(): string {
    return '';
  }
}

@Resolver()
class ForgottenMutation extends Closed {
  @Mutation(() => String)
  done(): string {
    return '';
  }
}

@Controller()
class Routes {
  @Get('open')
  @Open()
  open(): string {
    return '';
  }

  @Options('open')
  options(): string {
    return '';
  }
}

@Controller()
class ForgottenRoute extends Routes {
  @Get('forgotten')
  forgotten(): string {
    return '';
  }
}

/** What starting an application with these says. */
async function started(resolver: Type, controller: Type): Promise<string> {
  @Module({
    imports: [DiscoveryModule],
    providers: [ClosedByDefault, resolver],
    controllers: [controller],
  })
  class App {}
  return NestFactory.createApplicationContext(App, { logger: false, abortOnError: false }).then(
    async (app) => {
      await app.close();
      return 'started';
    },
    (error: unknown) => String(error),
  );
}

test('an application whose every root field and route says who may starts', async () => {
  expect(await started(Closed, Routes)).toBe('started');
});

test.each<[string, Type, Type]>([
  ['ForgottenQuery.found', ForgottenQuery, Routes],
  ['ForgottenMutation.done', ForgottenMutation, Routes],
  ['ForgottenRoute.forgotten', Closed, ForgottenRoute],
])('one with %s does not', async (name, resolver, controller) => {
  expect(await started(resolver, controller)).toBe(`Error: These say neither @Allow nor @Open: ${name}.`);
});
