/** Remembers texts for some time. */
export class Recent {
  private readonly timers = new Map<string, NodeJS.Timeout>();

  constructor(private readonly ms: number) {}

  add(text: string): void {
    clearTimeout(this.timers.get(text));
    const timer = setTimeout(() => this.timers.delete(text), this.ms);
    this.timers.set(text, timer.unref());
  }

  has(text: string): boolean {
    return this.timers.has(text);
  }

  get all(): string[] {
    return [...this.timers.keys()];
  }
}
