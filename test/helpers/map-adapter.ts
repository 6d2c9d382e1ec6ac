/** A Keyv adapter like those over networks: with events, an iterator in pages, and answers that come when they come. */
import { EventEmitter } from 'node:events';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import type { KeyvStoreAdapter } from 'keyv';

export class MapAdapter extends EventEmitter implements KeyvStoreAdapter {
  readonly opts = { dialect: 'redis' };
  namespace?: string;

  constructor(readonly place = new Map<string, unknown>()) {
    super();
  }

  async get<V>(key: string): Promise<V | undefined> {
    return this.place.get(key) as V | undefined;
  }

  async getMany<V>(keys: string[]): Promise<V[]> {
    return keys.map((key) => this.place.get(key) as V);
  }

  async set(key: string, value: unknown): Promise<void> {
    this.place.set(key, value);
  }

  async delete(key: string): Promise<boolean> {
    return this.place.delete(key);
  }

  async clear(): Promise<void> {
    this.place.clear();
  }

  async *iterator<V>(namespace?: string): AsyncGenerator<[string, V]> {
    for (const [key, value] of [...this.place]) {
      if (namespace === undefined || key.startsWith(`${namespace}:`)) yield [key, value as V];
    }
  }
}

/** The same, but each answer and each effect takes some turns of the event loop, one more, another less. */
export function slowly(adapter: MapAdapter, without: readonly string[] = []): MapAdapter {
  const pause = async () => {
    if (Math.random() < 0.01) await sleep(1);
    else for (let turns = Math.floor(Math.random() * 3); turns > 0; turns--) await setImmediate();
  };
  return new Proxy(adapter, {
    has: (target, name) => !without.includes(String(name)) && name in target,
    get(target, name) {
      if (without.includes(String(name))) return undefined;
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      if (name === 'iterator') {
        return async function* (namespace?: string) {
          await pause();
          yield* target.iterator(namespace);
        };
      }
      if (!['get', 'getMany', 'set', 'delete'].includes(String(name))) return member.bind(target) as unknown;
      return async (...args: unknown[]): Promise<unknown> => {
        await pause();
        const answer: unknown = await Reflect.apply(member, target, args);
        await pause();
        return answer;
      };
    },
  });
}
