/** Turns of one key that follow each other quickly share a reservation, because servers limit how often Workflows with one id start. */
import type { Client } from '@temporalio/client';
import { CachePlugin } from 'temporal-activity-cache';
import { bundle } from '../helpers/bundle';
import { type BodyCall, endsOf, withSerialized } from '../helpers/serialized';
import { until } from '../helpers/until';

/** The reservations of a key, newest first, and whether a timer kept each of them open. */
async function runsOf(client: Client, key: string) {
  const runs: { status: string; isKeptOpen: boolean }[] = [];
  const query = `WorkflowType = 'activityCacheReservationV1'`;
  for await (const { workflowId, runId, status } of client.workflow.list({ query })) {
    if (!workflowId.endsWith(`/${key}`)) continue;
    const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    const isKeptOpen = events!.some(({ timerFiredEventAttributes: fired }) => fired != null);
    runs.push({ status: status.name, isKeptOpen });
  }
  return runs;
}

describe.each([
  ['in slots', {}],
  ['in Workflows', { cache: true as const }],
])('calls that wait %s', (where, options) => {
  test('twelve short turns whose values are not kept share reservations of five seconds, and none of these stays open', async () => {
    let key = '';
    const body = async (call: BodyCall) => {
      ({ key } = call);
      return call.index;
    };
    const worker = { workflowBundle: await bundle({ plugins: [new CachePlugin()] }) };
    await withSerialized(body, { worker, options: { cacheIf: () => false } }, async ({ call, client }) => {
      const began = Date.now();
      for (let turn = 0; turn < 12; turn++)
        expect(await endsOf(await call(1, options, [where]))).toEqual([turn]);
      const ms = Date.now() - began;
      await until(async () => {
        const runs = await runsOf(client, key);
        return runs.length > 1 && runs.every(({ status }) => status === 'COMPLETED');
      });
      const [first, ...shared] = (await runsOf(client, key)).reverse();
      expect(first!.isKeptOpen).toBe(false);
      expect(shared.every(({ isKeptOpen }) => isKeptOpen)).toBe(true);
      expect(shared.length).toBeGreaterThan(0);
      expect(shared.length).toBeLessThanOrEqual(1 + Math.floor(ms / 5_000));
    });
  });
});

test('a key that is computed once costs a reservation that ends with its turn', async () => {
  const keys: string[] = [];
  const body = async ({ key }: BodyCall) => void keys.push(key);
  await withSerialized(body, {}, async ({ call, client }) => {
    for (let n = 0; n < 3; n++) await endsOf(await call(1, {}, [n]));
    for (const key of keys) {
      await until(async () => (await runsOf(client, key)).some(({ status }) => status === 'COMPLETED'));
      expect(await runsOf(client, key)).toEqual([{ status: 'COMPLETED', isKeptOpen: false }]);
    }
  });
});
