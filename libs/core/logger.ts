import { pino, type Logger } from 'pino';

export type { Logger };

/** JSON lines on standard output. What a request said is never among them: no argument, variable, bind value, document. */
export const createLogger = (level: string): Logger => pino({ level, base: null });

/** What may be logged of an unexpected error: its kind, its SQLSTATE and where it was thrown. Its message may quote content. */
export function traceOf(error: unknown): { name: string; code?: string; frames: string[] } {
  if (!Error.isError(error)) return { name: typeof error, frames: [] };
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {};
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return { name: error.constructor.name, ...code, frames: frames.slice(0, 20).map((line) => line.trim()) };
}
