/** A whole Workflow runs again when code that it reaches in its bundle was edited, and else it is a hit. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { CachePlugin } from 'temporal-activity-cache';
import { withWorker } from '../helpers/temporal';

const root = mkdtempSync(join(tmpdir(), 'workflow-code-'));
afterAll(() => rmSync(root, { recursive: true }));

const FILES = {
  'workflows.ts': `
    import { cachedWorkflow } from 'temporal-activity-cache/workflow';
    import { price } from './price';
    import { sum } from './sum';
    export const quote = cachedWorkflow('auto', async function quote(n: number) { return price(n); });
    export async function total() { return sum(1, 2); }`,
  'price.ts': `import { tax } from './tax'; export const price = (n: number) => tax(n);`,
  'tax.ts': 'export const tax = (n: number) => n * 2;',
  'sum.ts': 'export const sum = (a: number, b: number) => a + b;',
};

function project(edits: Partial<typeof FILES>): string {
  const folder = mkdtempSync(join(root, 'project-'));
  for (const [name, text] of Object.entries({ ...FILES, ...edits })) writeFileSync(join(folder, name), text);
  mkdirSync(join(folder, 'node_modules'));
  const ours = join(__dirname, '../..');
  symlinkSync(join(ours, 'node_modules/@temporalio'), join(folder, 'node_modules/@temporalio'));
  symlinkSync(ours, join(folder, 'node_modules/temporal-activity-cache'));
  return join(folder, 'workflows.ts');
}

const TAX = { 'tax.ts': 'export const tax = (n: number) => n * 3;' };
const logger = new DefaultLogger('WARN');
const SUM = { 'sum.ts': 'export const sum = (a: number, b: number) => a - b;' };

test.each(['the Worker', 'bundleWorkflowCode'])('a bundle that %s makes', async (maker) => {
  const store = `sqlite:${join(mkdtempSync(join(root, 'store-')), 'cache.db')}`;
  const quote = async (edits: Partial<typeof FILES>) => {
    const cache = new CachePlugin({ store });
    const workflowsPath = project(edits);
    const bundle = { workflowBundle: await bundleWorkflowCode({ workflowsPath, plugins: [cache], logger }) };
    const setup = { ...(maker === 'the Worker' ? { workflowsPath } : bundle), plugins: [cache] };
    try {
      return await withWorker(setup, async ({ run }) => {
        const value = await run('quote', 5);
        const entries: string[] = [];
        for await (const { key } of cache.entries()) entries.push(key);
        return { value, entries };
      });
    } finally {
      await cache.close();
    }
  };

  const first = await quote({});
  expect(first).toEqual({ value: 10, entries: [expect.any(String)] });
  expect(await quote(SUM)).toEqual(first);
  expect(await quote(TAX)).toEqual({ value: 15, entries: [expect.any(String), first.entries[0]] });
});
