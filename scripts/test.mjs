// npm test, npm run test:unit, npm run test:soak [-- jest options]: from a fresh clone. Servers are started by test/setup.
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { runNode } from './internal/launch.mjs';
import { root } from './internal/paths.mjs';

/** What each script runs, by the names of jest.config.js. */
const scripts = {
  unit: ['unit', 'activity'],
  all: ['unit', 'activity', 'programs', 'replay', 'postgres', 'integration'],
  soak: ['soak'],
};

const [script] = process.argv.splice(2, 1);
// Soak tests wait for processes and servers more than others do: one more at once than jest.config.js says.
const isGiven = process.argv.some((word) => /^(-w|-i|--maxWorkers|--runInBand)/.test(word));
if (script === 'soak' && !isGiven)
  process.argv.push('--maxWorkers', String(Math.min(5, availableParallelism() + 2)));
process.argv.push('--selectProjects', ...scripts[script]); // last: it would take the paths after it for projects
await runNode([join(root, 'node_modules/jest/bin/jest.js')], { graceMs: 3000 });
