/**
 * The canonical, typed encoding of a value. Every value has one text, and different values have
 * different texts. SPEC.md in this folder specifies the encoding, and golden vectors check both.
 */
import { types } from 'node:util';
import { RawValue } from '@temporalio/common';
import { hasToJSON, isBuiltIn, isBuiltInView, messageTypeOf, metadataOf } from './kinds';
import { isPlainObject, Unkeyable, UserFunctionError } from './unkeyable';
import type { Mask } from './mask';

/** The deepest nesting. The encoder recurses, and real arguments do not come near this depth. */
const MAX_DEPTH = 1_000;
/**
 * The longest text, in UTF-16 units. Longer values are refused, because values that share members
 * many times could grow without bound.
 */
const MAX_LENGTH = 128 * 1024 * 1024;
/** The number of UTF-16 units after which a piece of the text is set aside. */
const CHUNK = 16 * 1024;

/**
 * Encodes `value`, and leaves out or replaces what `mask` selects.
 * @throws {Unkeyable} with the path of a value that cannot be encoded: functions, symbols, cycles,
 *   getters that throw, class instances without `toJSON`, more than 1,000 levels, more than
 *   134,217,728 UTF-16 units
 */
export function encode(value: unknown, mask?: Mask): string {
  const encoder = new Encoder();
  try {
    encoder.add(value, mask);
    return encoder.finish();
  } catch (error) {
    if (error instanceof Unkeyable || error instanceof UserFunctionError) throw error;
    throw new Unkeyable('reading it threw', encoder.here(), { cause: error });
  }
}

/** A text as `<length in UTF-16 units>:<text>`. The length marks where the text ends. */
export const netstring = (text: string): string => `${text.length}:${text}`;

class Encoder {
  private text = '';
  private chunks: string[] = [];
  private chunksLength = 0;
  private depth = 0;
  /** The position in each of `ancestors`. Undefined while the encoder is at the ancestor itself. */
  private readonly path: (string | number | undefined)[] = [];
  private readonly ancestors: object[] = [];

  finish(): string {
    this.flush();
    return this.chunks.length === 1 ? this.chunks[0]! : this.chunks.join('');
  }

  private flush(): void {
    this.chunksLength += this.text.length;
    if (this.chunksLength > MAX_LENGTH) throw new Unkeyable('it is too large', this.here());
    this.chunks.push(flatten(this.text));
    this.text = '';
  }

  /** The path of the value that is being encoded. */
  here(): (string | number)[] {
    return this.path.slice(0, this.depth).filter((segment) => segment !== undefined);
  }

  add(value: unknown, mask?: Mask): void {
    if (mask !== undefined && this.addMasked(value, mask)) return;
    switch (typeof value) {
      case 'string':
        this.text += `s${value.length}:${value}`;
        return;
      case 'number':
        this.text += value === 0 ? 'n0;' : `n${value};`; // -0 and 0 are one value
        return;
      case 'boolean':
        this.text += value ? 't' : 'f';
        return;
      case 'undefined':
        this.text += 'u';
        return;
      case 'bigint':
        this.text += `i${value};`;
        return;
      case 'object':
        if (value === null) this.text += 'z';
        else this.addObject(value, mask);
        return;
      default:
        throw new Unkeyable(`a ${typeof value} has no value to compare`, this.here());
    }
  }

  private addMasked(value: unknown, mask: Mask): boolean {
    if (mask.ignored) this.text += 'x';
    else if (mask.hash && value !== undefined) this.addHash(mask.hash(value));
    else return false;
    return true;
  }

  private addHash(digest: string): void {
    this.text += `h${netstring(digest)}`;
  }

  private addObject(value: object, mask: Mask | undefined): void {
    if (this.depth >= MAX_DEPTH)
      throw new Unkeyable(`it is nested deeper than ${MAX_DEPTH} levels`, this.here());
    for (let i = 0; i < this.depth; i++) {
      if (this.ancestors[i] === value) throw new Unkeyable('it contains itself', this.here());
    }
    this.path[this.depth] = undefined;
    this.ancestors[this.depth++] = value;
    if (Array.isArray(value) && isBuiltIn(value)) this.addItems('a', value, mask);
    else if (isPlainObject(value)) this.addMembers(value as Record<string, unknown>, mask);
    else this.addInstance(value, mask);
    this.depth--;
  }

  private addItems(tag: string, items: ArrayLike<unknown>, mask?: Mask): void {
    this.text += tag;
    let end = items.length;
    // Ignored items at the end count as not given: f(1) and f(1, 'ignored') are the same call.
    if (mask !== undefined) while (end > 0 && mask.member(end - 1)?.ignored) end--;
    for (let i = 0; i < end; i++) {
      this.path[this.depth - 1] = i;
      this.add(items[i], mask?.member(i));
      if (this.text.length > CHUNK) this.flush();
    }
    this.text += 'e';
  }

  private addMembers(object: Record<string, unknown>, mask: Mask | undefined): void {
    const names = Object.keys(object).sort();
    if (names.length === 2 && names[0] === '$cacheHash' && names[1] === 'value') {
      const digest = object.$cacheHash;
      if (typeof digest === 'string') return this.addHash(digest);
    }
    this.text += 'o';
    for (let i = 0; i < names.length; i++) {
      const name = names[i]!;
      this.path[this.depth - 1] = name;
      const member = mask?.member(name);
      if (member?.ignored) continue;
      const value = object[name];
      if (value === undefined) continue; // like a missing member in JSON
      this.text += `${name.length}:${name}`;
      this.add(value, member);
      if (this.text.length > CHUNK) this.flush();
    }
    this.text += 'e';
  }

  private addInstance(value: object, mask: Mask | undefined): void {
    if (value instanceof RawValue) {
      const { payload } = value;
      this.text += 'r';
      this.addMembers(metadataOf(payload), undefined);
      this.addBytes(payload.data ?? new Uint8Array());
    } else if (ArrayBuffer.isView(value) && isBuiltInView(value)) {
      this.addView(value);
    } else if (types.isDate(value) && isBuiltIn(value)) {
      this.text += `d${value.getTime()};`;
    } else if (types.isMap(value) && isBuiltIn(value)) {
      this.addSorted('m', [...value], ([name, item]) => this.apart(name) + this.apart(item));
    } else if (types.isSet(value) && isBuiltIn(value)) {
      this.addSorted('S', [...value], (item) => this.apart(item));
    } else if (hasToJSON(value)) {
      const messageType = messageTypeOf(value);
      this.text +=
        messageType === undefined ? `c${netstring(value.constructor.name)}` : `p${netstring(messageType)}`;
      this.path[this.depth - 1] = 'toJSON()';
      this.add(value.toJSON(), mask);
    } else {
      const name = (value as { constructor?: { name?: unknown } }).constructor?.name;
      const what =
        typeof name === 'string' && name !== '' ? `an instance of ${name}` : 'an object of no known class';
      throw new Unkeyable(`${what} may hold more than can be seen: give it a toJSON()`, this.here());
    }
  }

  private addView(view: ArrayBufferView): void {
    if (!types.isUint8Array(view)) this.text += `v${netstring(view.constructor.name)}`;
    this.addBytes(new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
  }

  private addBytes(bytes: Uint8Array): void {
    const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.text += `b${bytes.length}:${view.toString('base64')}`;
  }

  private addSorted<T>(tag: string, items: T[], encodeItem: (item: T) => string): void {
    const texts = items.map((item, i) => {
      this.path[this.depth - 1] = i;
      return encodeItem(item);
    });
    this.text += `${tag}${texts.sort().join('')}e`;
  }

  /** The text of one value alone, for sorting. */
  private apart(value: unknown): string {
    const { text, chunks } = this;
    this.text = '';
    this.chunks = [];
    this.add(value);
    const alone = this.finish();
    this.text = text;
    this.chunks = chunks;
    return alone;
  }
}

/**
 * Makes a text flat. V8 keeps a text built by `+=` as a tree of pieces, and one large tree costs
 * six times as much as many small ones.
 */
function flatten(text: string): string {
  text.charCodeAt(0); // indexing flattens the text
  return text;
}
