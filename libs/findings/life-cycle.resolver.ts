import { Mutation, Resolver } from '@nestjs/graphql';
import type { z } from 'zod';
import { Allow, CallerOf } from '#access';
import { Input, type Caller } from '#core';
import { AcknowledgementsService } from './acknowledgements.service.js';
import { DraftsService } from './drafts.service.js';
import {
  acknowledgeSchema,
  draftSchema,
  expireSchema,
  recallSchema,
  releaseSchema,
  returnSchema,
  reviseSchema,
  submitSchema,
  supersedeSchema,
} from './finding.inputs.js';
import { FindingPayload } from './finding.type.js';
import { FindingsService } from './findings.service.js';
import { ReleasesService } from './releases.service.js';

/** The life cycle. Every act answers with the finding, read again under the caller's present rights. */
@Resolver()
export class LifeCycleResolver {
  constructor(
    private readonly findings: FindingsService,
    private readonly drafts: DraftsService,
    private readonly releases: ReleasesService,
    private readonly acknowledgements: AcknowledgementsService,
  ) {}

  @Mutation(() => FindingPayload, {
    description: 'Begins a finding: a draft that your own agency alone sees.',
  })
  @Allow('CONTRIBUTOR')
  draftFinding(
    @CallerOf() caller: Caller,
    @Input(draftSchema) input: z.output<typeof draftSchema>,
  ): Promise<FindingPayload> {
    return this.after(caller, this.drafts.draft(caller, input));
  }

  @Mutation(() => FindingPayload, {
    description:
      'Writes a new revision, of a draft or of a released finding. Recipients keep theirs until it is released.',
  })
  @Allow('CONTRIBUTOR')
  reviseFinding(
    @CallerOf() caller: Caller,
    @Input(reviseSchema) input: z.output<typeof reviseSchema>,
  ): Promise<FindingPayload> {
    return this.after(caller, this.drafts.revise(caller, input));
  }

  @Mutation(() => FindingPayload, { description: 'Sends a draft to a second person.' })
  @Allow('CONTRIBUTOR')
  submitFinding(
    @CallerOf() caller: Caller,
    @Input(submitSchema) input: z.output<typeof submitSchema>,
  ): Promise<FindingPayload> {
    return this.after(caller, this.drafts.submit(caller, input));
  }

  @Mutation(() => FindingPayload, {
    description: 'Sends a revision in review back to its drafters, saying why.',
  })
  @Allow('RELEASER')
  returnFinding(
    @CallerOf() caller: Caller,
    @Input(returnSchema) input: z.output<typeof returnSchema>,
  ): Promise<FindingPayload> {
    return this.after(caller, this.drafts.giveBack(caller, input));
  }

  @Mutation(() => FindingPayload, {
    description:
      'Gives a reviewed revision to agencies, each covered by an arrangement in force. By a person who wrote none of it. Of every agency that holds an earlier revision, say whether it gets this one.',
  })
  @Allow('RELEASER')
  releaseFinding(
    @CallerOf() caller: Caller,
    @Input(releaseSchema) input: z.output<typeof releaseSchema>,
  ): Promise<FindingPayload> {
    return this.after(caller, this.releases.release(caller, input));
  }

  @Mutation(() => FindingPayload, {
    description: 'Takes a finding back, from some agencies or from all. They keep a tombstone.',
  })
  @Allow('RELEASER')
  recallFinding(
    @CallerOf() caller: Caller,
    @Input(recallSchema) input: z.output<typeof recallSchema>,
  ): Promise<FindingPayload> {
    return this.afterRecall(caller, this.releases.recall(caller, input));
  }

  @Mutation(() => FindingPayload, {
    description:
      'Puts another finding of your agency in the place of one. Only who holds the successor learns which it is.',
  })
  @Allow('RELEASER')
  supersedeFinding(
    @CallerOf() caller: Caller,
    @Input(supersedeSchema) input: z.output<typeof supersedeSchema>,
  ): Promise<FindingPayload> {
    return this.after(caller, this.releases.supersede(caller, input));
  }

  @Mutation(() => FindingPayload, {
    description:
      'Ends a finding for its recipients, now or at a time. It can be brought forward, not put off.',
  })
  @Allow('RELEASER')
  expireFinding(
    @CallerOf() caller: Caller,
    @Input(expireSchema) input: z.output<typeof expireSchema>,
  ): Promise<FindingPayload> {
    return this.after(caller, this.releases.expire(caller, input));
  }

  @Mutation(() => FindingPayload, {
    description:
      'Says that your systems have stored a revision, or removed what was taken back from you or has ended. Its originator sees it.',
  })
  @Allow('ANALYST', 'CONTRIBUTOR')
  acknowledgeFinding(
    @CallerOf() caller: Caller,
    @Input(acknowledgeSchema) input: z.output<typeof acknowledgeSchema>,
  ): Promise<FindingPayload> {
    return this.after(caller, this.acknowledgements.acknowledge(caller, input));
  }

  private async afterRecall(caller: Caller, act: Promise<string>): Promise<FindingPayload> {
    const { finding } = await this.after(caller, act);
    return { finding, recalledFrom: await this.releases.recalledFrom(caller, finding.id) };
  }

  private async after(caller: Caller, act: Promise<string>): Promise<FindingPayload> {
    return { finding: await this.findings.one(caller, await act) };
  }
}
