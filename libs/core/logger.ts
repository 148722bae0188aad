import { pino, type Logger } from 'pino';

export type { Logger };

/** JSON lines on standard output. What a request said is never among them: no argument, variable, bind value, document. */
export const createLogger = (level: string): Logger => pino({ level, base: null });

/** What may be logged of an unexpected error: its kind, its SQLSTATE and where it was thrown. Its message may quote content. */
export function traceOf(error: unknown): { name: string; code?: string; frames: string[] } {
  if (!Error.isError(error)) return { name: typeof error, frames: [] };
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {};
  return { name: error.constructor.name, ...code, frames: placesOf(error).slice(0, 20) };
}

const PLACE = /^\s+at (?:async )?(?:[^(]+ \()?((?:file:\/\/|node:|\/).+:\d+:\d+)\)?$/;

/**
 * The files and lines of a stack, without its first part, for a text quoted in the message may look like a line of a
 * stack; and without the names of functions, for a compiled operation has the name that the client gave it.
 */
function placesOf({ message, stack = '' }: Error): string[] {
  const start = stack.indexOf(message);
  if (start < 0) return [];
  const lines = stack.slice(start + message.length).split('\n');
  return lines.flatMap((line) => PLACE.exec(line)?.[1] ?? []);
}
