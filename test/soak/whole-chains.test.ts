/** A serialized Workflow that continues as new has its turn as long as one of its own runs is open: not as long as somebody has its id. */
import { randomUUID } from 'node:crypto';
import { reset } from '../helpers/reset';
import { until } from '../helpers/until';
import { type Bodies, told, type WholeScene, wholeScenes } from '../helpers/whole-scene';

const withNightly = wholeScenes(require.resolve('../helpers/nightly-workflows'));
const bodies: Bodies = { began: async () => undefined };

/** The second run of the first one to be computed. */
async function continued({ begin, ran }: WholeScene, workflowId: string) {
  const handle = await begin('nightly', ['x'], { workflowId });
  await until(() => ran.includes('began x 1'));
  return handle;
}

test('terminated and started again under the same id: it does not wait for itself', () =>
  withNightly(bodies, async (scene) => {
    const { begin, ran, client } = scene;
    const workflowId = randomUUID();
    await continued(scene, workflowId);
    await client.workflow.getHandle(workflowId).terminate();
    const again = await begin('nightly', ['x'], { workflowId });
    await until(() => ran.length === 4);
    const last = client.workflow.getHandle(workflowId);
    await last.signal('end');
    expect(await again.result()).toBe('x');
    expect(await told(last as never)).toEqual(['nightly stored new']);
  }));

test.each([
  ['open', async () => undefined],
  ['reset', async (scene: WholeScene, id: string) => void (await reset(scene.client, scene.client.workflow.getHandle(id) as never, 0))], // prettier-ignore
])('while its second run is %s, another one waits and takes its result', (_, meanwhile) =>
  withNightly(bodies, async (scene) => {
    const { begin, ran, client } = scene;
    const workflowId = randomUUID();
    await continued(scene, workflowId);
    await meanwhile(scene, workflowId);
    const other = await begin('nightly', ['x']);
    const query = `WorkflowType = 'activityCacheReservationV1' AND ExecutionStatus = 'Running'`;
    const asked = async () => {
      for await (const { workflowId: id } of client.workflow.list({ query })) {
        const { memo, historyLength } = await client.workflow.getHandle(id).describe();
        const isOurs = String(memo?.holder).startsWith(workflowId);
        // Longer than it takes to ask once whether the holder lives.
        if (isOurs && memo?.waiting === 1 && historyLength > 12) return true;
      }
      return false;
    };
    await until(asked);
    const before = ran.length;
    await client.workflow.getHandle(workflowId).signal('end');
    expect(await other.result()).toBe('x');
    expect(ran).toHaveLength(before);
    expect(await told(other)).toEqual(['nightly joined']);
  }),
);

test('its runs together take longer than each of them may: it keeps its turn', () =>
  withNightly(
    bodies,
    async ({ begin, ran }) => {
      const first = await begin('hourly', ['y', 6], { workflowRunTimeout: '4 seconds' });
      await until(() => ran.length === 1);
      const other = await begin('hourly', ['y', 6]);
      expect(await Promise.all([first.result(), other.result()])).toEqual(['y', 'y']);
      expect(ran).toHaveLength(7);
      expect(await told(other)).toEqual(['hourly joined']);
    },
    { plugin: { reservations: { lease: '5 seconds' } } },
  ));
