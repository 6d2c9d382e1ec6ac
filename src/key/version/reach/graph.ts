/**
 * What a function reaches, as a graph. Its digest has no path, no order of loading and no library
 * in it.
 */
import { encode } from '../../canonical';
import { digester } from '../../key';

const digest = digester();

export type NodeKind = 'code' | 'value' | 'package' | 'builtin' | 'opaque' | 'link';

/** A piece of code, a value, or a package. A link only leads to others. */
export class ReachedNode {
  readonly edges: [string, ReachedNode][] = [];
  private readonly names = new Map<ReachedNode, Set<string>>();
  private known?: string;
  /** The node in whose place this one was given, because it was not known yet. */
  standsFor?: ReachedNode;

  /**
   * @param label - what people read: `src/features.ts#scale`. It is not in the version
   * @param text - what counts
   */
  constructor(
    readonly kind: NodeKind,
    readonly label: string,
    readonly text: string,
  ) {}

  to(name: string, node: ReachedNode): void {
    const names = this.names.get(node) ?? new Set<string>();
    this.names.set(node, names);
    if (names.has(name)) return;
    names.add(name);
    this.edges.push([name, node]);
  }

  get digest(): string {
    return (this.known ??= digest(`${this.kind}\n${this.text}`));
  }
}

/** What a version was made of. */
export interface VersionManifest {
  /** The digest of each piece of code and of each value, by its name. */
  nodes: Record<string, string>;
  /** `name@version` of each package. */
  packages: string[];
  /** What the version does not see, by the name that it has in the code. */
  opaque: string[];
}

export interface Reached {
  version: string;
  manifest: VersionManifest;
}

/** Nodes are numbered in the order of the code, from the root on. */
export function reachedFrom(root: ReachedNode): Reached {
  const numbers = new Map<ReachedNode, number>([[root, 0]]);
  const lines: unknown[] = [];
  for (const node of numbers.keys()) {
    const edges = node.edges.map(([name, given]) => {
      const target = given.standsFor ?? given;
      if (!numbers.has(target)) numbers.set(target, numbers.size);
      return [name, numbers.get(target)!];
    });
    lines.push([node.digest, edges]);
  }
  return { version: digest(encode(lines)), manifest: manifestOf([...numbers.keys()]) };
}

function manifestOf(nodes: readonly ReachedNode[]): VersionManifest {
  const labels = (...kinds: NodeKind[]) =>
    [...new Set(nodes.filter(({ kind }) => kinds.includes(kind)).map(({ label }) => label))].sort();
  const byLabel: Record<string, string> = {};
  for (const { kind, label, digest: own } of nodes)
    if (kind === 'code' || kind === 'value')
      byLabel[label] = byLabel[label] === undefined ? own : digest(byLabel[label] + own);
  return { nodes: byLabel, packages: labels('package'), opaque: labels('opaque') };
}

/** A digest for each piece of code, and the version of each package. */
export function piecesOf({ manifest: { nodes, packages } }: Reached): Record<string, string> {
  const versions = packages.map((text) => {
    const at = text.lastIndexOf('@');
    return at > 0 ? [`package ${text.slice(0, at)}`, text.slice(at + 1)] : [`package ${text}`, ''];
  });
  return { ...nodes, ...(Object.fromEntries(versions) as Record<string, string>) };
}
