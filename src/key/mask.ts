/**
 * Selects the inputs that are left out of the key, and those that are represented by a text: a tree
 * along the paths of the arguments.
 */
export class Mask {
  ignored = false;
  hash?: (value: unknown) => string;
  /** The index from which every item is left out (an ignored rest parameter). */
  ignoredFrom = Infinity;
  private readonly members = new Map<string, Mask>();

  member(name: string | number): Mask | undefined {
    if (typeof name === 'number' && name >= this.ignoredFrom) return leftOut;
    return this.members.get(String(name));
  }

  /** The node at `path`, created if it is missing. */
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
