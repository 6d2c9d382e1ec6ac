/** Remembers what belongs to a name for some time. */
export class Recent<T = true> {
  private readonly kept = new Map<string, { timer: NodeJS.Timeout; value: T }>();

  constructor(private readonly ms: number) {}

  add(name: string, value: T): void {
    clearTimeout(this.kept.get(name)?.timer);
    const timer = setTimeout(() => this.kept.delete(name), this.ms);
    this.kept.set(name, { timer: timer.unref(), value });
  }

  get(name: string): T | undefined {
    return this.kept.get(name)?.value;
  }

  get names(): string[] {
    return [...this.kept.keys()];
  }
}
