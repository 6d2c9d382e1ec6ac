// npm run bench -- NAME [--json]: measures, side by side; exit 1 when an aim is missed by more than the run's noise.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ensureInstalled } from './internal/install.mjs';
import { runTypeScript } from './internal/launch.mjs';
import { root } from './internal/paths.mjs';
import { runQuietly } from './internal/processes.mjs';

const NOT_BENCHMARKS = ['measure.ts'];

const [name = ''] = process.argv.splice(2, 1);
const file = join('bench', `${name}.ts`);
if (name === '' || !existsSync(join(root, file))) {
  const known = readdirSync(join(root, 'bench')).filter(
    (entry) => entry.endsWith('.ts') && !NOT_BENCHMARKS.includes(entry),
  );
  console.error(
    `npm run bench -- NAME [--json]; NAME is one of: ${known.map((entry) => entry.slice(0, -3)).join(', ')}`,
  );
  process.exit(2);
}
// What users run is measured: the built package, which the examples' own paths would hide.
await ensureInstalled();
await runQuietly('npm', ['run', 'build'], { cwd: root });
process.env.TSX_TSCONFIG_PATH = join(root, 'bench', 'tsconfig.json');
await runTypeScript(file, { graceMs: 3000 });
