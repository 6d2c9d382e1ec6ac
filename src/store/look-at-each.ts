/** The `check` of a store that has none: one look-up for each entry. */
import type { CacheStore, Checked, Look, Subject } from './store';

/** A store may have few connections. */
const AT_ONCE = 50;

export async function lookAtEach(store: CacheStore, subjects: readonly Subject[]): Promise<Checked> {
  const looks: Look[] = [];
  for (let from = 0; from < subjects.length; from += AT_ONCE) {
    const some = subjects.slice(from, from + AT_ONCE);
    looks.push(...(await Promise.all(some.map((subject) => store.look(subject)))));
  }
  return { standing: looks.map(({ found }) => found), now: looks.at(-1)!.now };
}
