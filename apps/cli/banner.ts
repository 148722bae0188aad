/** What the demo prints when it is ready. */
export function banner(url: string): string {
  return `\nEntente runs at ${url}. Ctrl-C stops it; what you did is kept for the next start.\n`;
}
