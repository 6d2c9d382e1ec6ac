// npm run verify [-- --skip tests]: all that must hold before a change is merged. Stops at the first failure.
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { ensureInstalled } from './internal/install.mjs';
import { fail } from './internal/launch.mjs';
import { root } from './internal/paths.mjs';
import { endWithNpm, runQuietly, spawnTied } from './internal/processes.mjs';

const npm = (script) => runQuietly('npm', ['run', '--silent', script], { cwd: root });

/** One after the other. After the build, those that only read run side by side: lint reads what was built too. */
const steps = [
  { build: () => npm('clean').then(() => npm('build')) },
  {
    format: () => npm('format:check'),
    lint: () => npm('lint'),
    types: () => npm('typecheck'),
    api: () => npm('api-report'),
    package: () => npm('package-check'),
  },
  { tests: runTests },
];

endWithNpm();
try {
  const { values } = parseArgs({ options: { skip: { type: 'string', multiple: true, default: [] } } });
  await ensureInstalled();
  for (const together of steps) {
    const wanted = Object.entries(together).filter(([name]) => !values.skip.includes(name));
    await Promise.all(wanted.map(([name, step]) => timed(name, step)));
  }
} catch (error) {
  fail(error);
}

async function timed(name, step) {
  const started = Date.now();
  const seconds = () => ((Date.now() - started) / 1000).toFixed(1);
  await step().catch((error) => {
    throw new Error(`${error.message}\n\n✗ ${name} failed after ${seconds()} s`);
  });
  console.log(`✓ ${name.padEnd(8)}${seconds().padStart(6)} s`);
}

/** Tests take long: their progress is worth seeing. */
async function runTests() {
  const [code] = await once(spawnTied('npm', ['test'], { cwd: root }), 'exit');
  if (code !== 0) throw new Error('npm test failed');
}
