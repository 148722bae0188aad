import { Scalar, type CustomScalar } from '@nestjs/graphql';
import { GraphQLError, Kind, type ValueNode } from 'graphql';
import { DateTime } from 'luxon';

/** RFC 3339, section 5.6, with capital letters: a date, a time, an offset. */
const RFC_3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/;

const FAULT = 'A time is RFC 3339 with its offset, from 1970 to 2100: 2026-01-31T09:00:00Z.';

/** Times that enter are exact about their zone and exist; times that leave are UTC. */
@Scalar('DateTime', () => Date)
export class DateTimeScalar implements CustomScalar<string, Date> {
  description = 'RFC 3339 with its offset; UTC with milliseconds where it leaves.';

  parseValue(value: unknown): Date {
    const time = typeof value === 'string' && RFC_3339.test(value) ? DateTime.fromISO(value).toUTC() : null;
    if (!time?.isValid || time.year < 1970 || time.year > 2100) throw new GraphQLError(FAULT);
    return time.toJSDate();
  }

  parseLiteral(node: ValueNode): Date {
    return this.parseValue(node.kind === Kind.STRING ? node.value : null);
  }

  serialize(value: unknown): string {
    if (!(value instanceof Date)) throw new TypeError('Only a Date leaves as DateTime.');
    return value.toISOString();
  }
}
