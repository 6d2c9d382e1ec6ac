/** Functions that a wrapper stands for are found, and functions that it merely calls are not. */
import { cached } from 'temporal-activity-cache';
import { wrappedBy } from '../../src/key/version/reachable-code';

type Fn = (...args: any[]) => unknown;

const load = cached('auto', async (x: number) => x + 1);
const traced =
  (fn: Fn): Fn =>
  async (...args) =>
    fn(...args);
function Retrying(fn: Fn, times: number): Fn {
  return async function (this: unknown, ...args: unknown[]) {
    for (let i = 1; ; i++) {
      try {
        return await fn.apply(this, args);
      } catch (error) {
        if (i === times) throw error;
      }
    }
  };
}

test.each<[string, Fn]>([
  ['an arrow function', traced(load)],
  ['a function', Retrying(load, 3)],
  ['wrappers around wrappers', traced(Retrying(traced(load), 3))],
  ['a bound function', load.bind(undefined)],
  ['a bound wrapper', traced(load).bind(undefined)],
  ['a proxy', new Proxy(load, {})],
])('through %s', (_, fn) => {
  expect(wrappedBy(fn)).toContain(load);
});

test('a function wraps nothing that it calls', () => {
  const factory = ({ step }: { step: Fn }) => {
    const local = cached('auto', async (x: number) => x);
    return [
      async (x: number) => [await load(x), await local(x)], // variables
      async (x: number) => step(x), // a member of what was injected
    ];
  };
  for (const fn of factory({ step: load })) expect(wrappedBy(fn)).toEqual([]);
  expect(wrappedBy(load)).toEqual([]);
});
