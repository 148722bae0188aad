import { Module, type DynamicModule } from '@nestjs/common';
import { PassportModule } from '@nestjs/passport';
import { BearerStrategy } from './bearer.strategy.js';
import { Tokens, type TrustedIssuer } from './tokens.js';

/** How a caller proves who it is. */
@Module({})
export class IdentityModule {
  static forRoot(trusted: TrustedIssuer | null): DynamicModule {
    return {
      module: IdentityModule,
      imports: [PassportModule],
      providers: [{ provide: Tokens, useValue: new Tokens(trusted) }, BearerStrategy],
    };
  }
}
