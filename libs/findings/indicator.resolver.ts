import { ResolveField, Resolver } from '@nestjs/graphql';
import { outputType } from '#core';
import { keyOf } from '#indicators';
import { indicatorSchema, type Indicator } from './document.js';

const IndicatorType = outputType(indicatorSchema);

/** The document keeps what was entered; the normal form is worked out when it is asked for. */
@Resolver(() => IndicatorType)
export class IndicatorResolver {
  @ResolveField(() => String, {
    description: 'Normal form `type|chain|value`: the same for every spelling of one thing.',
  })
  key({ type, chain, value }: Indicator): string {
    return keyOf({ type, chain: chain ?? null, value });
  }
}
