import { randomUUID } from 'node:crypto';
import { MapperKind, mapSchema } from '@graphql-tools/utils';
import type { FastifyInstance } from 'fastify';
import {
  GraphQLNonNull,
  GraphQLScalarType,
  GraphQLSchema,
  isObjectType,
  Kind,
  OperationTypeNode,
  visit,
  type DocumentNode,
  type FieldNode,
  type GraphQLResolveInfo,
} from 'graphql';
import { compileQuery, isCompiledQuery } from 'graphql-jit';
import { LRUCache } from 'lru-cache';
import type { OperationContext } from '#access';
import type { Logger } from '#core';
import type { FindingLoaders, RevisionType } from '#findings';

/** Bytes of parts that are kept: 100,000 documents as a list shows them. */
const KEPT = 320 * 1024 * 1024;
/** Bytes that a part takes besides itself. */
const OVERHEAD = 200;
const SELECTIONS = 500;

/** What an operation asks of a document, as the JSON of its answer. */
class Part {
  constructor(readonly json: Uint8Array) {}
}

/** Stands in an answer where a part goes. It is told to nobody. */
const MARK = `"${randomUUID()}"`;

const PART = new GraphQLScalarType({ name: 'DocumentPart', serialize: (part) => part });

/**
 * Answers with documents are put together from parts. What an operation asks of a document is executed and written
 * once, and kept under the hash of the document's bytes; the rest of the answer is executed around it, and there the document
 * is a leaf. A part is reached only by a revision that the database has just given under the reader's rights, row security
 * on the document among them (docs/decisions/001-list-page.md).
 */
export function documentParts(fastify: FastifyInstance, loaders: FindingLoaders, log: Logger): void {
  fastify.addHook('onReady', async () => {
    const parts = new DocumentParts(fastify.graphql.schema, loaders);
    const known = new WeakMap<DocumentNode, boolean>();
    fastify.graphql.addHook('preExecution', async (_, operation, context) => {
      const asks = known.get(operation) ?? asksDocuments(operation);
      known.set(operation, asks);
      if (!asks) return undefined;
      // Fastify also sends bytes, and its type does not know.
      (context as OperationContext).reply.serializer(written as (answer: unknown) => never);
      return { schema: parts.schema };
    });
    fastify.addHook('onClose', async () => log.debug(parts.counts, 'parts of documents'));
  });
}

/** With a selection of documents that is the same whatever its variables say. */
function asksDocuments(operation: DocumentNode): boolean {
  const found = { documents: 0, varying: 0 };
  visit(operation, {
    Field: ({ name, selectionSet }) => {
      if (name.value === 'document' && selectionSet) found.documents++;
    },
    Directive: ({ arguments: given = [] }) => {
      if (given.some(({ value }) => value.kind === Kind.VARIABLE)) found.varying++;
    },
  });
  return found.documents > 0 && found.varying === 0;
}

class DocumentParts {
  /** In which a revision's document is a leaf. */
  readonly schema: GraphQLSchema;
  readonly counts = { kept: 0, made: 0 };
  /** In which a document is the root. */
  private readonly ofDocument: GraphQLSchema;
  private readonly selections = new LRUCache<string, (document: object) => Uint8Array>({ max: SELECTIONS });
  private readonly parts = new LRUCache<string, Part>({
    maxSize: KEPT,
    sizeCalculation: ({ json }) => json.length + OVERHEAD,
  });
  private readonly numbers = new WeakMap<FieldNode, string>();
  private numbered = 0;

  constructor(
    schema: GraphQLSchema,
    private readonly loaders: FindingLoaders,
  ) {
    const root = schema.getType('FindingDocument');
    if (!isObjectType(root)) throw new Error('The schema has no type of documents.');
    this.ofDocument = new GraphQLSchema({ query: root });
    this.schema = mapSchema(schema, {
      [MapperKind.OBJECT_FIELD]: (field, name, type) =>
        type === 'Revision' && name === 'document'
          ? {
              ...field,
              type: new GraphQLNonNull(PART),
              resolve: (revision: RevisionType, _: unknown, context: OperationContext, info) =>
                this.partOf(revision, context, info),
            }
          : undefined,
    });
  }

  private partOf(
    { id, hash }: RevisionType,
    context: OperationContext,
    info: GraphQLResolveInfo,
  ): Part | Promise<Part> {
    const selection = info.fieldNodes.map((node) => this.numberOf(node)).join(',');
    const key = `${selection} ${hash}`;
    const kept = this.parts.get(key);
    if (kept) {
      this.counts.kept++;
      return kept;
    }
    this.counts.made++;
    const select = this.selecting(selection, info);
    return this.loaders
      .of(context)
      .document.load(id)
      .then((document) => {
        const part = new Part(select(document));
        this.parts.set(key, part);
        return part;
      });
  }

  /** A node is of one operation: Mercurius keeps the documents of operations, and their nodes. */
  private numberOf(node: FieldNode): string {
    const number = this.numbers.get(node) ?? String(++this.numbered);
    this.numbers.set(node, number);
    return number;
  }

  private selecting(selection: string, info: GraphQLResolveInfo): (document: object) => Uint8Array {
    const known = this.selections.get(selection) ?? this.compile(info);
    this.selections.set(selection, known);
    return known;
  }

  private compile({ fieldNodes, fragments }: GraphQLResolveInfo): (document: object) => Uint8Array {
    const selections = fieldNodes.flatMap(({ selectionSet }) => selectionSet?.selections ?? []);
    const operation: DocumentNode = {
      kind: Kind.DOCUMENT,
      definitions: [
        {
          kind: Kind.OPERATION_DEFINITION,
          operation: OperationTypeNode.QUERY,
          selectionSet: { kind: Kind.SELECTION_SET, selections },
        },
        ...Object.values(fragments),
      ],
    };
    const compiled = compileQuery(this.ofDocument, operation, undefined, { disableLeafSerialization: true });
    if (!isCompiledQuery(compiled)) throw new Error('What is asked of a document cannot be compiled.');
    const encoder = new TextEncoder();
    return (document) => {
      const result = compiled.query(document, {}, {});
      // No field of a document waits for anything.
      if (result instanceof Promise || result.errors || !result.data)
        throw new Error('A document is not what its schema says.');
      return encoder.encode(JSON.stringify(result.data));
    };
  }
}

/** An answer as JSON, each part in its place. */
function written(answer: unknown): Buffer {
  const parts: Uint8Array[] = [];
  const text = JSON.stringify(answer, (_, value: unknown) => {
    if (!(value instanceof Part)) return value;
    parts.push(value.json);
    return MARK.slice(1, -1);
  });
  return Buffer.concat(text.split(MARK).flatMap((between, n) => [Buffer.from(between), parts[n] ?? NOTHING]));
}

const NOTHING = Buffer.alloc(0);
