/** Programs made at random from a seed. */
import type { CallSite } from 'temporal-activity-cache/workflow';
import { type Call, type Node, type Program, TYPES, type Wrapping } from './program';
import { Random } from './random';

export function generate(seed: string, index: number): Program {
  return new Generator(new Random(`${seed}/${index}`)).program(`${seed}/${index}`);
}

const WRAPPINGS: Wrapping[] = [
  'async',
  'then',
  'try',
  'thenable',
  'generator',
  'asyncGenerator',
  'before',
  'after',
  'condition',
];

/** Characters that all results of a fan-out have together: with 10 million the SDK ends the process, without the plugin too. */
const MAX_FAN = 2_000_000;

/** What a program may have: most have a few things, so that what goes wrong can be seen. */
interface Features {
  types: number[];
  cached: number;
  options: boolean;
  serialized: boolean;
  locals: boolean;
  children: boolean;
  cancels: boolean;
  signals: number;
  fails: number;
  large: boolean;
  most: number;
}

class Generator {
  private sites = 0;
  private calls = 0;
  private readonly has: Features;
  private isChild = false;

  constructor(private readonly random: Random) {
    const { random: r } = this;
    const types = r.chance(0.1) ? r.int(20, TYPES) : r.int(1, 4);
    this.has = {
      types: Array.from({ length: types }, () => r.int(0, TYPES - 1)),
      cached: r.pick([0.4, 0.6, 0.8, 1]),
      options: r.chance(0.4),
      serialized: r.chance(0.1),
      locals: r.chance(0.06),
      children: r.chance(0.15),
      cancels: r.chance(0.35),
      signals: r.chance(0.35) ? r.int(1, 4) : 0,
      fails: r.chance(0.3) ? 0.15 : 0,
      large: r.chance(0.1),
      most: r.chance(0.06) ? 400 : 40,
    };
  }

  program(name: string): Program {
    const { random: r } = this;
    const phases = Array.from({ length: r.chance(0.1) ? r.int(2, 3) : 1 }, () => this.node(r.int(4, 22)));
    return {
      name,
      phases,
      ...(this.has.signals > 0 && r.chance(0.4) && { onSignal: this.node(4) }),
      ...(r.chance(0.2) && { onUpdate: this.node(4) }),
      signals: this.has.signals,
      queries: r.chance(0.1) ? r.int(1, 3) : 0,
      waits: r.chance(0.5),
      kept: r.chance(0.04),
      ...(r.chance(0.03) && { cancelledAfter: r.int(0, 150) }),
    };
  }

  private node(size: number): Node {
    if (size <= 1 || this.calls > this.has.most) return this.leaf();
    const { random: r, has } = this;
    const inner = size - 1;
    const kind = r.weighed({
      sequence: 5,
      all: 5,
      allSettled: 1,
      race: 1.2,
      any: 0.6,
      fan: 1,
      wrap: 7,
      catch: has.fails > 0 ? 2 : 0.3,
      finally: 0.7,
      cleanUp: has.cancels ? 1 : 0,
      cancelOnFirst: has.cancels ? 1 : 0,
      timeout: has.cancels ? 0.7 : 0,
      cancelAfter: has.cancels ? 0.7 : 0,
      nonCancellable: has.cancels ? 0.5 : 0,
      spawn: 0.6,
      child: has.children && !this.isChild ? 1.5 : 0,
    });
    switch (kind) {
      case 'sequence':
      case 'all':
      case 'allSettled':
      case 'race':
      case 'any':
      case 'cancelOnFirst':
        return { do: kind, of: this.split(inner) };
      case 'fan':
        return this.fan();
      case 'wrap':
        return { do: kind, wrapping: r.pick(WRAPPINGS), depth: r.int(1, 5), of: [this.node(inner)] };
      case 'catch':
      case 'finally':
      case 'cleanUp':
        return { do: kind, of: [this.node(inner - 1), this.node(r.int(1, 2))] };
      case 'timeout':
        return { do: kind, ms: r.pick([1, 10, 30, 100]), of: [this.node(inner)] };
      case 'cancelAfter':
        return { do: kind, microtasks: r.int(0, 12), of: [this.node(inner)] };
      case 'nonCancellable':
      case 'spawn':
        return { do: kind, of: [this.node(inner)] };
      case 'child':
        return this.child(Math.min(inner, 6));
    }
  }

  private split(size: number): Node[] {
    const parts = this.random.int(2, Math.max(2, Math.min(6, size)));
    return Array.from({ length: parts }, () => this.node(Math.max(1, Math.floor(size / parts))));
  }

  private fan(): Node {
    const times = this.has.most > 40 ? this.random.int(20, 300) : this.random.int(2, 12);
    this.calls += times;
    const each = (): Node => {
      const { length, ...call } = this.call();
      return {
        ...call,
        key: undefined,
        ...(length && { length: Math.min(length, Math.floor(MAX_FAN / times)) }),
      };
    };
    const of: Node =
      times > 100 || this.random.chance(0.3) ? each() : { do: 'sequence', of: [each(), each()] };
    return { do: 'fan', times, of: [of] };
  }

  private child(size: number): Node {
    const { random: r } = this;
    this.isChild = true;
    const of: [Node] = [this.node(size)];
    this.isChild = false;
    const kept = r.chance(0.5);
    const cache = r.pick([undefined, { version: '1' }, { mode: 'use' }, { version: '2', mode: 'readonly' }]);
    return { do: 'child', kept, ...(cache && { cache }), site: this.sites++, named: r.chance(0.5), of };
  }

  private leaf(): Node {
    const { random: r, has } = this;
    const kind = r.weighed({
      call: 12,
      sleep: 1,
      signal: has.signals > 0 && !this.isChild ? 1.5 : 0,
      throw: has.fails > 0 ? 0.3 : 0,
    });
    if (kind === 'sleep') return { do: kind, ms: r.pick([1, 5, 20, 60]), of: [] };
    if (kind === 'signal') return { do: kind, count: r.int(1, has.signals), of: [] };
    if (kind === 'throw') return { do: kind, of: [] };
    return this.call();
  }

  private call(): Call {
    const { random: r, has } = this;
    this.calls++;
    const local = has.locals && r.chance(0.3);
    const cache = local || !r.chance(has.cached) ? undefined : this.callSite();
    const fails = r.chance(has.fails) ? r.pick(['always', 'once'] as const) : undefined;
    return {
      do: 'call',
      site: this.sites++,
      type: r.pick(has.types),
      ...(r.chance(0.6) && { key: r.chance(0.2) ? `everybody's ${r.int(1, 20)}` : `k${r.int(1, 30)}` }),
      ...(cache !== undefined && { cache }),
      ...(local && { local }),
      ...(has.large && r.chance(0.2) && { length: r.pick([20_000, 40_000, 90_000]) }),
      ...(fails && { fails }),
      ...(r.chance(0.5) && { ms: r.int(0, 25) }),
      ...(has.fails > 0 && r.chance(0.04) && { unconvertible: true }),
      of: [],
    };
  }

  private callSite(): CallSite {
    const { random: r, has } = this;
    if (has.serialized && r.chance(0.3)) return { serialize: true };
    if (!has.options || r.chance(0.5)) return true;
    return r.pick<CallSite>([
      { version: '2' },
      { version: '3', ttl: '1 hour' },
      { ttl: '1 second' },
      { ignoredInputs: [1] },
      { salt: 's' },
      { tags: ['t'] },
      'auto',
      'disable',
      false,
    ]);
  }
}
