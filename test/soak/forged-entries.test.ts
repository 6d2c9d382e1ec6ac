/** Whoever may start Workflows and Activities in a namespace writes no entry of the cache, whatever headers and arguments say. */
import { randomUUID } from 'node:crypto';
import { Client, type WorkflowClientInterceptor } from '@temporalio/client';
import { defaultPayloadConverter, type Headers } from '@temporalio/common';
import { cacheReport, MemoryStore } from 'temporal-activity-cache';
import { USES } from '../../src/wire/names';
import { OURS } from '../../src/wire/questions';
import { wholeScenes, type WholeScene, type WholeSetup } from '../helpers/whole-scene';

const within = wholeScenes(require.resolve('../helpers/forging-workflows'));
const json = (value: unknown) => defaultPayloadConverter.toPayload(value);

/** What an attacker makes of a report: a key and a version are in each. */
const forged = (activityType: string, key: string, more: object = {}) => ({
  question: { activityType, activityId: '', cache: { version: '1' }, mostBytes: 0, forMs: 1, workflow: { own: {} } }, // prettier-ignore
  begin: {
    key,
    version: '1',
    why: 'new',
    tags: [],
    ticket: Number.MAX_SAFE_INTEGER,
    startedAt: Date.now(),
    parts: {},
    proof: 'x',
  },
  ranMs: 0,
  durationMs: 1,
  collector: 'r',
  used: { uses: [], children: [] },
  ...more,
});

function withHeaders({ client }: WholeScene, headers: Headers): Client {
  const interceptor: WorkflowClientInterceptor = {
    startWithDetails: (input, next) => next({ ...input, headers: { ...input.headers, ...headers } }),
  };
  return new Client({ connection: client.connection, interceptors: { workflow: [interceptor] } });
}

/** The key of what `honest` returned for 1, and that nothing but this is found afterwards. */
async function victim(scene: WholeScene, type = 'honest') {
  const handle = await scene.begin(type, [1]);
  await handle.result();
  const { rows } = await cacheReport(handle);
  const { key } = rows.at(-1)!;
  return { key, runs: handle, found: () => scene.result(type, [1]) };
}

const setups: [string, WholeSetup][] = [
  ['without a secret', {}],
  ['with a secret', { plugin: { secret: 's'.repeat(32) } }],
];

describe.each(setups)('%s', (_name, setup) => {
  test.each([
    ['a run that begins', 'echo', {}],
    ['a retry, which continues a run', 'echoOnRetry', { retry: { maximumAttempts: 2, initialInterval: 1 } }],
    ['a cron run', 'echo', { cronSchedule: '* * * * *' }],
  ])('%s with the header of a run that goes on', (_how, type, options) =>
    within(
      {},
      async (scene) => {
        const { key, found } = await victim(scene);
        const header = { 'activity-cache-continuation': json(forged('honest', key, { from: 'a run' })) };
        const handle = await withHeaders(scene, header).workflow.start(type, {
          taskQueue: scene.taskQueue,
          workflowId: randomUUID(),
          args: ['POISON'],
          ...options,
        });
        if (type === 'echoOnRetry' || !('cronSchedule' in options))
          expect(await handle.result()).toBe('POISON');
        else await handle.terminate();
        expect(await found()).toBe('honest 1');
      },
      setup,
    ),
  );

  test('a header that was signed for another chain of runs', () =>
    within(
      {},
      async (scene) => {
        const { runs, found } = await victim(scene, 'lengthy');
        const first = scene.client.workflow.getHandle(runs.workflowId);
        const { events } = await first.fetchHistory();
        const { fields } = events![0]!.workflowExecutionStartedEventAttributes!.header!;
        expect(Object.keys(fields!)).toContain('activity-cache-continuation');
        const client = withHeaders(scene, fields as Headers);
        const options = { retry: { maximumAttempts: 2, initialInterval: 1 } };
        const start = { taskQueue: scene.taskQueue, workflowId: randomUUID(), args: ['POISON'], ...options };
        expect(await client.workflow.execute('echoOnRetry', start)).toBe('POISON');
        expect(await found()).toBe('honest 1');
      },
      setup,
    ));

  test('a header that names a Workflow to report to: nothing is noted for it', () => {
    const store = new MemoryStore();
    return within(
      {},
      async (scene) => {
        const { runs } = await victim(scene, 'lengthy');
        const { runId } = await scene.client.workflow.getHandle(runs.workflowId).describe();
        const client = withHeaders(scene, {
          'activity-cache-collector': json(`${runs.workflowId}/${runId}`),
        });
        const start = { taskQueue: scene.taskQueue, workflowId: randomUUID(), args: [1] };
        expect(await client.workflow.execute('echo', start)).toBe(1);
        expect(await store.notes(USES)).toEqual([]);
      },
      { plugin: { ...setup.plugin, store } },
    );
  });

  test.each(OURS)('%s called by others', (type) =>
    within(
      { f: async () => 1 }, // else the Worker takes no Activities at all
      async (scene) => {
        const { key, found } = await victim(scene);
        const args = [forged('honest', key), 'POISON'];
        for (const isLocal of [true, false]) {
          const failure = await scene
            .result('interpret', [isLocal, type, args])
            .catch((error: unknown) => error);
          expect(failure).toMatchObject({ name: 'WorkflowFailedError' });
        }
        const { client, taskQueue } = scene;
        const options = { taskQueue, id: randomUUID(), args, startToCloseTimeout: '1 minute' };
        await expect(
          client.activity.execute(type, { ...options, retry: { maximumAttempts: 1 } }),
        ).rejects.toThrow();
        expect(await found()).toBe('honest 1');
      },
      setup,
    ),
  );
});
