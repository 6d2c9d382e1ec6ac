/** Bundles of Workflows, made once for all files of a run, and kept for the next ones while no source changes. */
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join, relative } from 'node:path';
import { type BundleOptions, bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { fromSource } from './from-source';

const root = join(__dirname, '../..');
const kept = join(root, 'node_modules/.cache/workflow-bundles');

/** What a test may say about its bundle: not how webpack is to work. */
export type Bundled = Partial<
  Pick<BundleOptions, 'workflowsPath' | 'payloadConverterPath' | 'workflowInterceptorModules' | 'plugins'>
>;

/** Bundles test/helpers/workflows.ts, or the Workflows of another file, as `workflowBundle` of a Worker. */
export async function bundle(options: Bundled = {}): Promise<{ codePath: string }> {
  const { workflowsPath = require.resolve('./workflows'), plugins = [], ...others } = options;
  const named = { workflowsPath, plugins: plugins.map(({ name }) => name), ...others };
  const folder = join(kept, sources());
  const codePath = join(folder, `${hashOf(JSON.stringify(named))}.js`);
  if (existsSync(codePath)) return { codePath };
  const { code } = await alone(() =>
    bundleWorkflowCode({
      ...others,
      workflowsPath,
      plugins,
      logger: new DefaultLogger('WARN'), // without webpack's own report
      webpackConfigHook: (config) => ({ ...fromSource(config), cache: cacheOf(config) }),
    }),
  );
  if (mkdirSync(folder, { recursive: true }) !== undefined) forgetOld();
  writeFileSync(`${codePath}.${process.pid}`, withoutSourceMap(code));
  renameSync(`${codePath}.${process.pid}`, codePath); // whole, or not there: others look for it meanwhile
  return { codePath };
}

let last: Promise<unknown> = Promise.resolve();

/** One after the other, because webpack does not expect another writer in the folder of its cache. */
function alone<T>(act: () => Promise<T>): Promise<T> {
  const done = last.then(act, act);
  last = done;
  return done;
}

/** Compiles the SDK's own modules once. What an alias leads to is kept too, so each set of aliases has a cache of its own. */
const cacheOf = ({ resolve }: Parameters<typeof fromSource>[0]) => {
  const { JEST_WORKER_ID: worker } = process.env;
  const cacheDirectory = join(root, 'node_modules/.cache/webpack', `${worker}`);
  if (worker === undefined) return false as const;
  return { type: 'filesystem' as const, cacheDirectory, name: hashOf(JSON.stringify(resolve?.alias)) };
};

const MAP = '//# sourceMappingURL=data:';
const EMPTY_MAP = JSON.stringify({ version: 3, sources: [], names: [], mappings: '' });

/** A Worker insists on a map, and each would spend a fifth of its start on reading the real one. */
const withoutSourceMap = (code: string): string =>
  `${code.slice(0, code.lastIndexOf(MAP))}${MAP}application/json;base64,${Buffer.from(EMPTY_MAP).toString('base64')}`;

/** Of sources that were changed a day ago. */
function forgetOld(): void {
  for (const name of readdirSync(kept)) {
    const folder = join(kept, name);
    if (Date.now() - statSync(folder).mtimeMs > 86_400_000) rmSync(folder, { recursive: true, force: true });
  }
}

const hashOf = (...texts: string[]): string => {
  const hash = createHash('sha256');
  for (const text of texts) hash.update(`${text.length} ${text}`);
  return hash.digest('hex').slice(0, 32);
};

let hashed: string | undefined;

/** One hash of all that a bundle may have in it. */
function sources(): string {
  if (hashed !== undefined) return hashed;
  const files = ['src', 'test', 'examples'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
      .map((name) => join(root, folder, name)),
  );
  const all = [join(root, 'package-lock.json'), ...files.sort()];
  return (hashed = hashOf(...all.flatMap((file) => [relative(root, file), readFileSync(file, 'utf8')])));
}
