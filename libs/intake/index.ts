import { InboundMessage, InboundReceipt } from './receipt.entity.js';

export { IntakeModule, intakeResolvers } from './intake.module.js';
export { IntakeService, type Message } from './intake.service.js';
export { neededFor, postedOf } from './posted.js';
export type { ReceiptType } from './receipt.type.js';
export { CLIENT_HEADER, signedBy, Signers, type Claimed } from './signer.js';

export const intakeEntities = [InboundMessage, InboundReceipt];
