import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reachableCode } from 'temporal-activity-cache';
import { compare, type Line } from '../measure';

const NODES = 300;

/** The version of a function that reaches 300 others in a file, against loading the file. */
export async function walk(): Promise<Line> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  const file = join(folder, 'reached.js');
  const functions = Array.from({ length: NODES }, (_, i) => {
    const next = i + 1 < NODES ? `f${i + 1}(x + ${i})` : 'x';
    return `function f${i}(x) { if (x > ${i * 7}) return ${next}; return [x, ${i}].reduce((a, b) => a * b, 1); }`;
  });
  writeFileSync(file, `${functions.join('\n')}\nexports.f0 = f0;\n`);
  const require = createRequire(__filename);
  const load = () => {
    delete require.cache[file];
    return (require(file) as { f0: (x: number) => number }).f0;
  };
  const policy = reachableCode();
  const versions = new Set<string>();
  const line = await compare({
    name: `the version of a function that reaches ${NODES} others, against loading them`,
    unit: 'ms',
    aim: { value: 30 },
    rounds: 11,
    calls: 3,
    ours: async () => versions.add(await policy.getVersion('', { fn: load(), activityType: 'f0' })),
    other: load,
  });
  if (versions.size !== 1) throw new Error(`${versions.size} versions of the same code`);
  rmSync(folder, { recursive: true });
  return line;
}
