/** A reservation that stays open for the next turn ends before the process does. */
import { Client, Connection } from '@temporalio/client';
import { type BodyCall, endsOf, reservationOf, withSerialized } from '../helpers/serialized';
import { address } from '../helpers/temporal';

test('a Worker that ends a moment after short turns leaves no reservation open', async () => {
  let key = '';
  const body = async (call: BodyCall) => void ({ key } = call);
  const workflowId = await withSerialized(
    body,
    { options: { cacheIf: () => false } },
    async ({ call, client, plugin }) => {
      for (let turn = 0; turn < 3; turn++) await endsOf(await call(1));
      return (await reservationOf(client, plugin, key)).workflowId;
    },
  );
  const connection = await Connection.connect({ address: address() });
  const { status } = await new Client({ connection }).workflow.getHandle(workflowId).describe();
  await connection.close();
  expect(status.name).toBe('COMPLETED');
});
