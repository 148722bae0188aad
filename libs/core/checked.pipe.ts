import type { PipeTransform } from '@nestjs/common';
import { z } from 'zod';
import { checked } from './checked.js';
import { notFound } from './errors.js';
import { withoutNulls } from './zod-graphql.js';

/** Checks an argument by its schema before the resolver sees it. An argument that was left out is an empty input. */
export class Checked<S extends z.ZodType> implements PipeTransform<unknown, z.output<S>> {
  constructor(
    private readonly schema: S,
    private readonly root: string,
  ) {}

  transform(value: unknown): z.output<S> {
    return checked(this.schema, withoutNulls(value ?? {}), this.root);
  }
}

const id = z.uuid();

/** An id as a client sent it. @throws ServiceError NOT_FOUND for what cannot be one: as for one that is not there */
export function checkId(value: string, path: string, thing: string): string {
  const lower = value.toLowerCase();
  if (!id.safeParse(lower).success) throw notFound(thing, path);
  return lower;
}
