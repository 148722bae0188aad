import { Args } from '@nestjs/graphql';
import type { z } from 'zod';
import { Checked } from './checked.pipe.js';
import { inputType } from './zod-graphql.js';

/** The argument `input` of an act, checked by its schema. */
export function Input(schema: z.ZodObject): ParameterDecorator {
  const type = inputType(schema);
  return Args(
    'input',
    { type: () => type, description: schema.meta()?.description ?? '' },
    new Checked(schema, 'input'),
  );
}
