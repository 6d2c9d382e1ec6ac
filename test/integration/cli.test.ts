/** The command line against a real server, as the process that people start. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cached, cachedAll, CachePlugin, cacheReport } from 'temporal-activity-cache';
import { address, bundle, withWorker } from '../helpers/temporal';

const folder = mkdtempSync(join(tmpdir(), 'cli-'));
afterAll(() => rmSync(folder, { recursive: true }));

const program = ['--import', require.resolve('tsx'), join(__dirname, '../../src/cli/bin.ts')];

async function activityCache(args: string[], env: NodeJS.ProcessEnv = {}) {
  const options = { env: { ...process.env, NODE_NO_WARNINGS: '1', ...env } };
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [...program, ...args], options);
  return { out: stdout, err: stderr };
}

test('what a Worker stored is listed, reported, found well, forgotten, and computed anew', async () => {
  const store = `sqlite:${join(folder, 'cache.db')}`;
  const activities = cachedAll('auto', {
    double: async (x: number) => x * 2,
    tell: cached('disable', async () => 'told'),
  });
  const plugins = [new CachePlugin({ store })];
  const workflowBundle = await bundle({ plugins: [...plugins] });
  await withWorker({ activities, workflowBundle, plugins: [...plugins] }, async ({ start, taskQueue }) => {
    const steps = [{ type: 'double', args: [21] }, { type: 'double', args: [21] }, { type: 'tell' }];
    const handle = await start('sequence', steps);
    await handle.result();
    const env = { TEMPORAL_ADDRESS: address(), ACTIVITY_CACHE_STORE: store };

    const { rows, totals } = await cacheReport(handle);
    const asJson = await activityCache(['report', handle.workflowId, '--json'], env);
    expect(JSON.parse(asJson.out)).toEqual({ rows, totals });
    const given = [
      '--address',
      address(),
      '--namespace',
      'default',
      '--run-id',
      (await handle.describe()).runId,
    ];
    const told = await activityCache(['report', handle.workflowId, ...given]);
    expect(told.out).toMatch(/^double +2 +hit +stored 0 s before /m);
    expect(told.out).toContain('1 of 3 calls came from the cache (hit rate 50 %)');

    const listed = JSON.parse((await activityCache(['ls', '--json'], env)).out) as { key: string }[];
    expect(listed).toMatchObject([{ key: rows[0]!.key, activityType: 'double', namespace: 'default' }]);
    expect((await activityCache(['show', rows[0]!.key.slice(0, 12), '--value'], env)).out).toBe('42\n');

    const { out } = await activityCache(['doctor', '--json'], env);
    const checks = JSON.parse(out) as { name: string; status: string; seen: string }[];
    expect(checks.filter(({ status }) => status !== 'ok')).toEqual([]);
    expect(checks.find(({ name }) => name === 'workers')?.seen).toContain(taskQueue);
    expect(checks.find(({ name }) => name === 'temporal')?.seen).toContain(`${address()} answers, version `);

    expect((await activityCache(['rm', '--activity', 'double'], env)).out).toMatch(/^Forgot 1 entry, /);
    const again = await start('sequence', steps.slice(0, 1));
    await again.result();
    expect((await cacheReport(again)).rows).toMatchObject([{ status: 'stored', why: 'invalidated' }]);
  });
});

test.each([
  ['a Workflow', ['report', 'never-started'], `no run of 'never-started' in namespace 'default' of `],
  ['a namespace', ['report', 'any', '--namespace', 'never-made'], `namespace 'never-made' of `],
])('%s that the server does not know: one line, exit code 1', async (_name, args, says) => {
  const failure = await activityCache(args, { TEMPORAL_ADDRESS: address() }).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining(says) });
  expect((failure as { stderr: string }).stderr).toMatch(/^activity-cache: .*\n$/);
});
