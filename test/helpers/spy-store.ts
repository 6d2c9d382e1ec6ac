import type { CacheStore } from 'temporal-activity-cache';

/** A store that counts what is asked of it. */
export function spied<S extends CacheStore>(store: S): { store: S; calls: string[] } {
  const calls: string[] = [];
  const spy = new Proxy(store, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]): unknown => {
        calls.push(String(name));
        return (member as (...args: unknown[]) => unknown).apply(target, args);
      };
    },
  });
  return { store: spy, calls };
}
