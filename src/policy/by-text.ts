/**
 * Values by text, within bounds. The values that were made first are dropped first, and made again
 * when they are requested again.
 */
export class ByText<T> {
  private readonly values = new Map<string, T>();
  private length = 0;

  /**
   * @param mostTexts - the largest number of texts that are kept
   * @param mostLength - the largest total length of the texts, in UTF-16 units. A longer text is
   *   kept until the next one comes
   */
  constructor(
    private readonly mostTexts: number,
    private readonly mostLength: number,
  ) {}

  get(text: string, make: () => T): T {
    if (this.values.has(text)) return this.values.get(text)!;
    const value = make();
    this.values.set(text, value);
    this.length += text.length;
    for (const oldest of this.values.keys()) {
      const fits = this.values.size <= this.mostTexts && this.length <= this.mostLength;
      if (fits || oldest === text) break;
      this.values.delete(oldest);
      this.length -= oldest.length;
    }
    return value;
  }

  clear(): void {
    this.values.clear();
    this.length = 0;
  }
}
