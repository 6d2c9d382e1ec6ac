/** Many Workflows that wait for one call are woken by the host, and their reservation keeps a short history. */
import type { Client } from '@temporalio/client';
import { CachePlugin } from 'temporal-activity-cache';
import { bundle } from '../helpers/bundle';
import { deferred } from '../helpers/deferred';
import { parked } from '../helpers/parked';
import { type BodyCall, endsOf, statusesOf, withSerialized } from '../helpers/serialized';

/** Of all reservations of a key, once the server lists one. */
async function eventsOf(client: Client, key: string) {
  const query = `WorkflowType = 'activityCacheReservationV1'`;
  for (;;) {
    const found = [];
    for await (const { workflowId, runId } of client.workflow.list({ query }))
      if (workflowId.endsWith(`/${key}`))
        found.push(...((await client.workflow.getHandle(workflowId, runId).fetchHistory()).events ?? []));
    if (found.some(({ workflowExecutionCompletedEventAttributes: end }) => end != null)) return found;
  }
}

test('40 Workflows that wait take the value, and their reservation signals none of them itself', async () => {
  let key = '';
  const opened = deferred();
  const body = async (call: BodyCall) => {
    ({ key } = call);
    await opened.promise;
    return 'value';
  };
  const worker = { workflowBundle: await bundle({ plugins: [new CachePlugin()] }) };
  await withSerialized(body, { worker }, async ({ call, client }) => {
    const handles = await call(40, { cache: true, startToCloseTimeout: '5 minutes' }, ['many']);
    await parked(handles, 39);
    opened.resolve();
    expect(await endsOf(handles)).toEqual(Array(40).fill('value'));
    expect(await statusesOf(handles)).toEqual({ stored: 1, joined: 39 });
    const events = await eventsOf(client, key);
    const count = (attributes: keyof (typeof events)[number]) =>
      events.filter((event) => event[attributes] != null).length;
    expect(count('activityTaskCompletedEventAttributes')).toBe(1);
    expect(count('signalExternalWorkflowExecutionInitiatedEventAttributes')).toBe(0);
  });
});
