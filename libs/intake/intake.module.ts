import { Module } from '@nestjs/common';
import { IntakeService } from './intake.service.js';
import { ReceiptsResolver } from './receipts.resolver.js';
import { ReceiptsService } from './receipts.service.js';
import { Signers } from './signer.js';

export const intakeResolvers = [ReceiptsResolver];

/** What comes in from agencies' own systems. Needs a `Database`. */
@Module({
  providers: [IntakeService, Signers, ReceiptsService, ...intakeResolvers],
  exports: [IntakeService, Signers],
})
export class IntakeModule {}
