/** What a run uses is known whole, or not at all. */
import { Uses } from '../../../src/lookup/uses';

const use = (type: string) => ({ kind: 'activity', taskQueue: 'q', type }) as const;

test('each once, with what the runs before used and the children that they started', () => {
  const before = new Uses();
  before.add(use('f'));
  before.addChild('child');
  const uses = new Uses(before.used);
  uses.add(use('g'));
  uses.add(use('f'));
  uses.addChild('another');
  expect(uses.used).toEqual({ uses: [use('f'), use('g')], children: ['child', 'another'] });
});

test.each<[string, (uses: Uses, i: number) => void]>([
  ['types', (uses, i) => uses.add(use(`f${i}`))],
  ['children', (uses, i) => uses.addChild(`child-${i}`)],
])('2,000 %s are kept; of more nothing is known', (_what, add) => {
  const uses = new Uses();
  for (let i = 0; i < 2_000; i++) add(uses, i);
  const { used } = uses;
  expect(used!.uses.length + used!.children.length).toBe(2_000);
  add(uses, 2_000);
  expect(uses.used).toBeUndefined();
});
