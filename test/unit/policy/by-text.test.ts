/** What is kept of call sites is bounded, in number and in length. */
import { cached } from 'temporal-activity-cache';
import { CachedActivities } from '../../../src/known-calls';
import type { ResolvedOptions } from '../../../src/plugin-options';
import { ByText } from '../../../src/policy/by-text';

/** How often each of `texts` is made when they are asked for one after another. */
function made(kept: ByText<string>, texts: string[]): string[] {
  const all: string[] = [];
  for (const text of texts)
    expect(kept.get(text, () => (all.push(text), `value of ${text}`))).toBe(`value of ${text}`);
  return all;
}

test('a value is made once, also where it is undefined', () => {
  const kept = new ByText<undefined>(10, 1_000);
  let calls = 0;
  const make = () => void calls++;
  for (let i = 0; i < 3; i++) expect(kept.get('a', make)).toBeUndefined();
  expect(calls).toBe(1);
});

test('of more texts than are kept the oldest is dropped', () => {
  expect(made(new ByText(2, 1_000), ['a', 'b', 'a', 'c', 'b', 'a'])).toEqual(['a', 'b', 'c', 'a']);
});

test('of texts longer than is kept in all the oldest are dropped', () => {
  const [a, b, c] = ['a'.repeat(4), 'b'.repeat(4), 'c'.repeat(8)];
  expect(made(new ByText(10, 10), [a, b, a, b, c, a, c])).toEqual([a, b, c, a, c]);
});

test('one that is longer than all together is kept until the next comes', () => {
  const long = 'x'.repeat(100);
  expect(made(new ByText(10, 10), [long, long, 'a', long])).toEqual([long, 'a', long]);
});

test('what is cleared is forgotten, with its length', () => {
  const kept = new ByText<string>(10, 10);
  made(kept, ['12345678']);
  kept.clear();
  expect(made(kept, ['12345678', 'ab', '12345678'])).toEqual(['12345678', 'ab']);
});

test('300 call sites of 500 kB each do not stay in memory', () => {
  const options = { activities: new Map(), vary: [], scope: '' } as unknown as ResolvedOptions;
  const services = { values: { hasCodecs: false } } as never;
  const activities = new CachedActivities(options, () => services);
  activities.register([['f', async () => 1]]);
  for (let i = 0; i < 300; i++)
    activities.activityAt('f', { cache: { version: '1', tags: Array(2_500).fill(`${i}`.padEnd(200, 'x')) } });
  const [kept] = Object.values(activities).filter((member) => member instanceof ByText) as ByText<unknown>[];
  expect((kept as unknown as { length: number }).length).toBeLessThanOrEqual(16 * 1024 * 1024);
});

test('3,000 types that only `default` serves do not stay in memory', () => {
  const options = { activities: new Map(), vary: [], scope: '' } as unknown as ResolvedOptions;
  const activities = new CachedActivities(options, () => ({ values: { hasCodecs: false } }) as never);
  activities.register([['default', cached({ version: '1' }, async () => 1)]]);
  const first = activities.activityAt('type 0', {});
  expect(first).toBeDefined();
  expect(activities.activityAt('type 0', {})).toBe(first);
  for (let i = 1; i < 3_000; i++) activities.activityAt(`type ${i}`, {});
  expect(activities.activityAt('type 0', {})).not.toBe(first);
});
