/** Which inputs are left out of the key, and which are represented by a text: a tree along the arguments' paths. */
export class Mask {
  ignored = false;
  hash?: (value: unknown) => string;
  /** From this index on every item is left out (an ignored rest parameter). */
  ignoredFrom = Infinity;
  private readonly members = new Map<string, Mask>();

  member(name: string | number): Mask | undefined {
    if (typeof name === 'number' && name >= this.ignoredFrom) return leftOut;
    return this.members.get(String(name));
  }

  /** The node at `path`, made if it was not there. */
  at(path: readonly string[]): Mask {
    const [first, ...rest] = path;
    if (first === undefined) return this;
    let next = this.members.get(first);
    if (next === undefined) this.members.set(first, (next = new Mask()));
    return next.at(rest);
  }
}

const leftOut = new Mask();
leftOut.ignored = true;
