import { Args, ID, Query, Resolver } from '@nestjs/graphql';
import { Allow, CallerOf, CONTENT_ROLES } from '#access';
import { checkId, PageArgs, type Caller, type Page } from '#core';
import { InboundReceiptConnection, ReceiptType } from './receipt.type.js';
import { ReceiptsService } from './receipts.service.js';

/** What became of what an agency's systems posted. */
@Resolver()
export class ReceiptsResolver {
  constructor(private readonly receipts: ReceiptsService) {}

  @Query(() => ReceiptType, { description: 'One receipt of your agency.' })
  @Allow(...CONTENT_ROLES)
  inboundReceipt(
    @CallerOf() caller: Caller,
    @Args('id', { type: () => ID, description: 'The receipt, as the answer to what was posted named it.' })
    id: string,
  ): Promise<ReceiptType> {
    return this.receipts.one(caller, checkId(id, 'id', 'receipt'));
  }

  @Query(() => InboundReceiptConnection, {
    description: "What your agency's systems posted to `/inbound`, newest first.",
  })
  @Allow(...CONTENT_ROLES)
  inboundReceipts(@CallerOf() caller: Caller, @Args() page: PageArgs): Promise<Page<ReceiptType>> {
    return this.receipts.page(caller, page);
  }
}
