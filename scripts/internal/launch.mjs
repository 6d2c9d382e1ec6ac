// The way from `git clone` to a running program, in one command.
import { ensureBuilt } from './built.mjs';
import { ensureInstalled } from './install.mjs';
import { root } from './paths.mjs';
import { endWithNpm, runInOurPlace } from './processes.mjs';

/** Runs a TypeScript file, with our own arguments, after installing and building what is missing. */
export async function runTypeScript(file, options) {
  if (!file) fail(new Error('Which file? node scripts/run.mjs FILE'));
  await runNode(['--import', 'tsx', file], options, ensureBuilt);
}

/** Runs node in our place: it gets our arguments and signals, we end with its exit code. */
export async function runNode(args, options, prepare = async () => {}) {
  endWithNpm();
  try {
    await ensureInstalled();
    await prepare();
    await runInOurPlace(process.execPath, [...args, ...process.argv.slice(2)], { cwd: root, ...options });
  } catch (error) {
    fail(error);
  }
}

/** What went wrong is in the message; a stack would only hide it. */
export function fail(error) {
  console.error(`\n${error.message}`);
  process.exit(1);
}
