/** Reads an encoded value back, as SPEC.md says it is written: what can be read back was told apart from everything else. */

class Reader {
  private at = 0;

  constructor(private readonly text: string) {}

  all(): unknown {
    const value = this.value();
    if (this.at !== this.text.length) throw new Error(`more text than value, at ${this.at}`);
    return value;
  }

  private value(): unknown {
    const tag = this.text[this.at++];
    switch (tag) {
      case 'u':
        return undefined;
      case 'z':
        return null;
      case 't':
        return true;
      case 'f':
        return false;
      case 'n':
        return Number(this.until(';'));
      case 'i':
        return BigInt(this.until(';'));
      case 's':
        return this.netstring();
      case 'b':
        return this.bytes();
      case 'd':
        return new Date(Number(this.until(';')));
      case 'a':
        return this.items(() => this.value());
      case 'o':
        return Object.fromEntries(this.items(() => [this.netstring(), this.value()] as const));
      case 'm':
        return new Map(this.items(() => [this.value(), this.value()] as const));
      case 'S':
        return new Set(this.items(() => this.value()));
      case 'h':
        return { $cacheHash: this.netstring(), value: 0 };
      default:
        throw new Error(`no value begins with ${tag}, at ${this.at}`);
    }
  }

  private until(end: string): string {
    const from = this.at;
    this.at = this.text.indexOf(end, from) + 1;
    return this.text.slice(from, this.at - 1);
  }

  private take(length: number): string {
    this.at += length;
    return this.text.slice(this.at - length, this.at);
  }

  private netstring(): string {
    return this.take(Number(this.until(':')));
  }

  private bytes(): Uint8Array {
    const length = Number(this.until(':'));
    return Uint8Array.from(Buffer.from(this.take(Math.ceil(length / 3) * 4), 'base64'));
  }

  private items<T>(read: () => T): T[] {
    const items: T[] = [];
    while (this.text[this.at] !== 'e') items.push(read());
    this.at++;
    return items;
  }
}

export const readBack = (text: string): unknown => new Reader(text).all();
