/** What Temporal's UI shows of a reservation: its id, static summary, memo and current details. */
import { Context } from '@temporalio/activity';
import { cacheContext } from 'temporal-activity-cache';
import { identityOf } from '../../src/reservation/host/open';
import { RESERVATION_TYPE } from '../../src/wire/names';
import { deferred } from '../helpers/deferred';
import { endsOf, newStore, withSerialized } from '../helpers/serialized';
import { openStore } from '../../src/store/open';

test('who looks at a reservation reads which call it is, who has the turn since when, how many wait, and who is next', async () => {
  const store = newStore();
  const open = deferred();
  const begun = deferred<string>();
  const body = async () => {
    begun.resolve(cacheContext()!.key);
    await Promise.race([open.promise, Context.current().cancelled]);
    return 'value';
  };
  await withSerialized(body, { plugin: { store, scope: 'team' } }, async ({ call, client }) => {
    const [first] = await call(1);
    const key = await begun.promise;
    const [second] = await call(1);
    const file = openStore(store);
    const identity = await identityOf(file);
    await file.close();

    const handle = client.workflow.getHandle(`activity-cache/v1/${identity}/team/f/${key}`);
    let seen = await handle.describe();
    while (seen.memo?.waiting !== 1) seen = await handle.describe();
    const holder = `${first!.workflowId}/${(await first!.describe()).runId}/1`;
    const next = `${second!.workflowId}/${(await second!.describe()).runId}/1`;
    expect(seen.type).toBe(RESERVATION_TYPE);
    expect(await seen.staticSummary()).toBe(`f ${key.slice(0, 12)}`);
    expect(seen.memo).toMatchObject({ key, activityType: 'f', holder, waiting: 1, round: 1 });
    expect(Date.parse(String(seen.memo.since))).toBeLessThanOrEqual(Date.now());

    const { currentDetails } = await handle.query<{ currentDetails: string }>('__temporal_workflow_metadata');
    expect(currentDetails.split('\n\n')).toEqual([
      `**f** \`${key.slice(0, 12)}\`, round 1`,
      `Running: \`${holder}\` since ${String(seen.memo.since)}`,
      'Waiting: 1',
      `Next: \`${next}\``,
    ]);
    open.resolve();
    await endsOf([first!, second!]);
  });
});
