/** What Temporal's UI shows of a reservation: its id, summary, memo, details and search attributes. */
import { readFileSync } from 'node:fs';
import { Context } from '@temporalio/activity';
import { Connection } from '@temporalio/client';
import { cacheContext } from 'temporal-activity-cache';
import { identityOf } from '../../src/reservation/host/open';
import { RESERVATION_TYPE } from '../../src/wire/names';
import { deferred } from '../helpers/deferred';
import { endsOf, newStore, withSerialized } from '../helpers/serialized';
import { openStore } from '../../src/store/open';
import { address } from '../helpers/temporal';
import { until } from '../helpers/until';

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
    const linkOf = (id: string) => {
      const [workflowId, runId, activityId] = id.split('/');
      return `[${workflowId}](/namespaces/default/workflows/${workflowId}/${runId}/history) (${activityId})`;
    };
    expect(await seen.staticSummary()).toBe(`f · ${key.slice(0, 12)}… · one call at a time`);
    expect(await seen.staticDetails()).toContain(`First turn: ${linkOf(holder)}`);
    expect(seen.memo).toMatchObject({ key, activityType: 'f', holder, waiting: 1, round: 1 });
    expect(Date.parse(String(seen.memo.since))).toBeLessThanOrEqual(Date.now());

    const { currentDetails } = await handle.query<{ currentDetails: string }>('__temporal_workflow_metadata');
    expect(currentDetails.split('\n\n')).toEqual([
      `**f** · ${key.slice(0, 12)}… · round 1`,
      `Running: ${linkOf(holder)} since ${String(seen.memo.since)}`,
      'Waiting: 1',
      `Next: ${linkOf(next)}`,
    ]);
    open.resolve();
    await endsOf([first!, second!]);
  });
});

test('the id of a reservation without a scope has no empty part', async () => {
  const plugin = { store: newStore() };
  await withSerialized(
    async ({ key }) => key,
    { plugin },
    async ({ call, client }) => {
      const [first] = await call(1);
      const [key] = await endsOf([first!]);
      const file = openStore(plugin.store);
      const id = `activity-cache/v1/${await identityOf(file)}/f/${String(key)}`;
      await file.close();
      expect((await client.workflow.getHandle(id).describe()).type).toBe(RESERVATION_TYPE);
    },
  );
});

test('it has the search attributes that the namespace has, and the view of the docs leaves it out', async () => {
  const connection = await Connection.connect({ address: address() });
  const namespace = 'default';
  const searchAttributes = { ActivityCacheType: 2, ActivityCacheScope: 2, ActivityCacheKey: 1 }; // one is a text
  await connection.operatorService.addSearchAttributes({ namespace, searchAttributes });
  const listed = () => connection.operatorService.listSearchAttributes({ namespace });
  await until(async () => Object.keys((await listed()).customAttributes ?? {}).includes('ActivityCacheKey'));
  await connection.close();

  await withSerialized(
    async () => 'value',
    { plugin: { store: newStore(), scope: 'team/a' } },
    async ({ call, client }) => {
      const ids = async (query: string) => {
        const found: string[] = [];
        for await (const { workflowId } of client.workflow.list({ query })) found.push(workflowId);
        return found;
      };
      const [first] = await call(1);
      await endsOf([first!]);
      const ours = `ActivityCacheType = 'f' AND ActivityCacheScope = 'team/a'`;
      await until(async () => (await ids(ours)).length === 1);
      const [reservation] = await ids(ours);
      expect(reservation).toContain('/team/a/f/');
      const [, view] = /`(WorkflowType != .*?)`/.exec(readFileSync('docs/serialized-caching.md', 'utf8'))!;
      await until(async () => (await ids(view!)).includes(first!.workflowId));
      expect(await ids(view!)).not.toContain(reservation);
      expect(await ids(`WorkflowId = '${reservation}'`)).toEqual([reservation]);
    },
  );
});
