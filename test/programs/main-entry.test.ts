/** Workflow code that imports the main entry: one sentence, not an error for each module of Node that this reaches. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type BundleOptions, bundleWorkflowCode, DefaultLogger, type LogEntry } from '@temporalio/worker';
import { CacheOptionsError, CachePlugin } from 'temporal-activity-cache';

const project = mkdtempSync(join(tmpdir(), 'main-entry-'));
const root = resolve(__dirname, '../..');
afterAll(() => rmSync(project, { recursive: true }));
beforeAll(() => {
  mkdirSync(join(project, 'node_modules'));
  symlinkSync(join(root, 'node_modules/@temporalio'), join(project, 'node_modules/@temporalio'));
});

/** Bundles a Workflow that begins with `text`. */
async function bundling(text: string, options: Partial<BundleOptions> = {}) {
  const workflowsPath = join(project, 'workflows.ts');
  writeFileSync(workflowsPath, `${text}\nexport const hello = async () => 1;\n`);
  const log: LogEntry[] = [];
  const logger = new DefaultLogger('WARN', (entry) => void log.push(entry));
  const plugins = [new CachePlugin({ store: 'memory:' })];
  const outcome = bundleWorkflowCode({ workflowsPath, logger, plugins, ...options });
  const error: unknown = await outcome.then(() => undefined, (reason: unknown) => reason); // prettier-ignore
  return { error, log };
}

test.each(["import 'temporal-activity-cache';", "export { cached } from 'temporal-activity-cache';"])(
  '%s is refused by one sentence that names the entry for Workflows, and the file',
  async (text) => {
    const { error, log } = await bundling(text);
    expect(error).toBeInstanceOf(CacheOptionsError);
    expect((error as Error).message).toBe(
      `Workflow code imports 'temporal-activity-cache/workflow', not 'temporal-activity-cache', which is for the host: see ${join(project, 'workflows.ts')}`,
    );
    expect(log).toEqual([]);
  },
);

test('an import of types is none', async () => {
  expect(await bundling("import type { CacheReport } from 'temporal-activity-cache';")).toMatchObject({
    error: undefined,
  });
});

test('who ignores the main entry goes on doing so, and hooks of users are asked', async () => {
  const hook = jest.fn((config: Parameters<NonNullable<BundleOptions['webpackConfigHook']>>[0]) => config);
  const options = { ignoreModules: ['temporal-activity-cache'], webpackConfigHook: hook };
  expect(await bundling("import 'temporal-activity-cache';", options)).toMatchObject({ error: undefined });
  expect(hook).toHaveBeenCalledTimes(1);
});
