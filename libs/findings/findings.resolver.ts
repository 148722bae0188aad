import { Args, Extensions, ID, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { AgencyLoaders, AgencyType, Allow, CallerOf, CONTENT_ROLES, type OperationContext } from '#access';
import { Checked, checkId, inputType, outputType, PageArgs, type Caller, type Page } from '#core';
import { contentSchema, documentSchema, type FindingDocument } from './document.js';
import { filterSchema, type FindingFilter } from './finding.inputs.js';
import {
  AcknowledgementType,
  FindingConnection,
  FindingType,
  ReleaseType,
  RevisionType,
  SheetType,
  TotalType,
  ValidationType,
} from './finding.type.js';
import { FindingLoaders } from './findings.loaders.js';
import { FindingsService } from './findings.service.js';

/** A page, and what its total takes if it is asked for. */
type CountedPage = Page<FindingType> & { counted: { caller: Caller; filter: FindingFilter } };

const FilterInput = inputType(filterSchema);
const DocumentType = outputType(documentSchema);
const ContentInput = inputType(contentSchema);

/*
 * Fields below the root take their arguments as GraphQL hands them over: (parent, arguments, context). Parameter
 * decorators would cost 9 us a call instead of 0.1.
 */

@Resolver(() => FindingType)
export class FindingsResolver {
  constructor(
    private readonly findingsService: FindingsService,
    private readonly agencies: AgencyLoaders,
    private readonly loaders: FindingLoaders,
  ) {}

  @Query(() => FindingConnection, {
    description: 'The findings of your agency and those released to it, newest first.',
  })
  @Allow(...CONTENT_ROLES)
  async findings(
    @CallerOf() caller: Caller,
    @Args(
      'filter',
      { type: () => FilterInput, nullable: true, description: 'Which findings; all if not said.' },
      new Checked(filterSchema, 'filter'),
    )
    filter: FindingFilter,
    @Args() page: PageArgs,
  ): Promise<CountedPage> {
    return Object.assign(await this.findingsService.page(caller, filter, page), {
      counted: { caller, filter },
    });
  }

  @Query(() => FindingType, { description: 'One finding; a tombstone where it was taken back from you.' })
  @Allow(...CONTENT_ROLES)
  finding(
    @CallerOf() caller: Caller,
    @Args('id', { type: () => ID, description: 'Of the finding.' }) id: string,
  ): Promise<FindingType> {
    return this.findingsService.one(caller, checkId(id, 'id', 'finding'));
  }

  @Query(() => ValidationType, {
    description: 'Checks a document and says to whom it could be released. Without any effect.',
  })
  @Allow('CONTRIBUTOR', 'RELEASER')
  async validateFinding(
    @CallerOf() caller: Caller,
    @Args('document', { type: () => ContentInput, description: 'As for a draft.' }) document: unknown,
  ): Promise<Pick<ValidationType, 'valid' | 'faults'> & { reach: object[] }> {
    const { faults, reach } = await this.findingsService.validate(caller, document);
    return {
      valid: faults.length === 0,
      faults,
      reach: reach.map((one) => ({ ...one, releasable: one.ground === null })),
    };
  }

  @ResolveField(() => AgencyType, {
    nullable: true,
    description: 'Who asserts it; null when it was taken back.',
  })
  author(
    { authorId }: FindingType,
    _: unknown,
    context: OperationContext,
  ): Promise<AgencyType | null> | null {
    return authorId === '' ? null : this.agencies.of(context).load(authorId);
  }

  @ResolveField(() => [RevisionType], { description: 'The revisions you may see, oldest first.' })
  revisions({ id }: FindingType, _: unknown, context: OperationContext): Promise<RevisionType[]> {
    return this.loaders.of(context).revisions.load(id);
  }

  @ResolveField(() => [ReleaseType], {
    description: 'To whom it was released: all of it for its author, your own part for you.',
  })
  releases({ id }: FindingType, _: unknown, context: OperationContext): Promise<ReleaseType[]> {
    return this.loaders.of(context).releases.load(id);
  }

  @ResolveField(() => [AcknowledgementType], {
    description: 'What its recipients said became of it: all of it for its author, your own part for you.',
  })
  acknowledgements(
    { id }: FindingType,
    _: unknown,
    context: OperationContext,
  ): Promise<AcknowledgementType[]> {
    return this.loaders.of(context).acknowledgements.load(id);
  }

  @ResolveField(() => [SheetType], {
    description: "The author's own side of each revision; empty for everybody else.",
  })
  sheets({ id }: FindingType, _: unknown, context: OperationContext): Promise<SheetType[]> {
    return this.loaders.of(context).sheets.load(id);
  }

  @ResolveField(() => FindingType, {
    nullable: true,
    description: 'The finding that took its place, if you may see it.',
  })
  supersededBy(
    { supersededById }: FindingType,
    _: unknown,
    context: OperationContext,
  ): Promise<FindingType | null> | null {
    return supersededById === null ? null : this.loaders.of(context).finding.load(supersededById);
  }
}

@Resolver(() => FindingConnection)
export class FindingConnectionResolver {
  constructor(private readonly findingsService: FindingsService) {}

  @ResolveField(() => TotalType, {
    description: 'How many findings the filters leave, up to 10,000. Counted only when asked.',
  })
  total({ counted: { caller, filter } }: CountedPage): Promise<TotalType> {
    return this.findingsService.total(caller, filter);
  }
}

@Resolver(() => RevisionType)
export class RevisionResolver {
  constructor(private readonly loaders: FindingLoaders) {}

  /** As a whole; what queries ask of it is kept in parts (apps/api/document-parts.ts). */
  @ResolveField(() => DocumentType, { description: 'What it says, to every recipient.' })
  // It was reckoned with its revision.
  @Extensions({ points: 0 })
  document({ id }: RevisionType, _: unknown, context: OperationContext): Promise<FindingDocument> {
    return this.loaders.of(context).document.load(id);
  }
}
