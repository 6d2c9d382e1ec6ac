/** What the plugin adds to a Workflow bundle is its own code for Workflows, and nothing that it or others made for the host. */
import { readFileSync } from 'node:fs';
import { CachePlugin } from 'temporal-activity-cache';
import { bundle, workflowBundle } from '../helpers/temporal';

const modulesOf = ({ codePath }: { codePath: string }): string[] =>
  [...readFileSync(codePath, 'utf8').matchAll(/^\/\*\*\*\/ "([^"]+)"$/gm)].map(([, name]) => name!);

test('no library goes into a Workflow bundle because of the plugin', async () => {
  const without = new Set(modulesOf(await workflowBundle()));
  const added = modulesOf(await bundle({ plugins: [new CachePlugin({ store: 'memory:' })] })).filter(
    (name) => !without.has(name),
  );
  expect(added).toContain('./src/interceptors/workflow/index.ts');
  expect(added.filter((name) => !name.startsWith('./src/'))).toEqual([]);
});
