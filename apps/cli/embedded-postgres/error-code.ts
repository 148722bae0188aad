/** The code of a system error, as in ENOENT. (Not by class: under jest Node's own errors are of another realm's Error.) */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
