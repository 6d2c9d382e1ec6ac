import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import type * as canonical from '../../src/key/canonical';
import type * as key from '../../src/key/key';
import { compare, type Line } from '../measure';

const load = createRequire(__filename);
const { encode } = load('../../lib/key/canonical') as typeof canonical;
const { digester, encodeFixed, keyOf } = load('../../lib/key/key') as typeof key;

const record = (i: number) => ({
  id: i,
  name: `customer number ${i}`,
  score: i * 1.37,
  tags: ['alpha', 'beta'],
  active: i % 2 === 0,
  nested: { x: 1.5, y: null, text: 'some words as they come in real inputs' },
});

/** The key of a call against the least that any key costs: SHA-256 over JSON. */
export async function keys(): Promise<Line[]> {
  const digest = digester();
  const fixed = encodeFixed({
    namespace: 'default',
    scope: 'bench',
    activityType: 'train',
    signature: [['data'], null, ''],
    version: { behavior: 'override', text: '1' },
    salt: '',
    vary: [],
  });
  const lines: Line[] = [];
  for (const [size, records, calls] of [
    ['200 B', 1, 2_000],
    ['10 kB', 60, 100],
    ['1 MB', 6_000, 1],
  ] as const) {
    const args: unknown[] = [
      JSON.parse(JSON.stringify(Array.from({ length: records }, (_, i) => record(i)))),
    ];
    lines.push(
      await compare({
        name: `key of ${size}, against sha256(JSON)`,
        unit: 'µs',
        aim: { ratio: 3 },
        rounds: 41,
        calls,
        ours: () => keyOf(fixed, { label: 'inputs', text: encode(args) }, digest),
        other: () => createHash('sha256').update(JSON.stringify(args)).digest('hex'),
      }),
    );
  }
  return lines;
}
