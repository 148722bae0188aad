/** Remembers for so many seconds at least what each has shown; of each, so much in that time. */
export class SeenOnce {
  private now = new Map<string, Set<string>>();
  private before = new Map<string, Set<string>>();
  private began = 0;

  constructor(
    private readonly seconds: number,
    private readonly most: number,
  ) {}

  /** False too for what is more of one than can be remembered. */
  isFirst(whose: string, what: string): boolean {
    this.forget();
    const shown = this.now.get(whose) ?? new Set();
    if (shown.has(what) || this.before.get(whose)?.has(what) || shown.size >= this.most) return false;
    this.now.set(whose, shown.add(what));
    return true;
  }

  private forget(): void {
    const time = performance.now() / 1000;
    const passed = time - this.began;
    if (passed <= this.seconds) return;
    if (passed > 2 * this.seconds) this.now.clear();
    this.before = this.now;
    this.now = new Map();
    this.began = time;
  }
}
