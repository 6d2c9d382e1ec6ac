/** Overwriting a serialized key: once a run, and never with a value that was begun before. */
import { randomUUID } from 'node:crypto';
import { type CacheMode, CachePlugin } from 'temporal-activity-cache';
import { type Gated, withGate } from '../helpers/gate';
import { endsOf, type Handle, statusesOf } from '../helpers/serialized';
import { bundle } from '../helpers/temporal';

const step = { type: 'f', args: [7] };

/** Modes travel to Activities by the interceptor in the bundle, and begin at a client that has the plugin. */
const withModes = async () => {
  const plugins = [new CachePlugin({ store: 'memory:' })];
  return { worker: { workflowBundle: await bundle({ plugins: [...plugins] }), client: { plugins } } };
};

type Around = Pick<Gated, 'client' | 'taskQueue'>;
const begin = ({ client, taskQueue }: Around, mode: CacheMode, steps = [step]): Promise<Handle> =>
  client.workflow.start('parallel', {
    taskQueue,
    workflowId: `${mode}-${randomUUID()}`,
    args: [steps],
    cache: { mode },
  });

test('the calls of one overwriting run cost one execution, and the others take its value', async () => {
  await withGate(await withModes(), async ({ call, open, began, ...around }) => {
    const plain = await call(1);
    await began(1);
    open();
    expect(await endsOf(plain)).toEqual(['value of 0']);
    const run = await begin(around, 'overwrite', Array(5).fill(step) as (typeof step)[]);
    expect(await run.result()).toEqual(Array(5).fill('value of 1'));
    const { 'stored overwrite': stored, ...others } = await statusesOf([run]);
    expect(stored).toBe(1);
    expect(Object.keys(others).every((status) => ['joined', 'hit'].includes(status))).toBe(true);
  });
});

test('overwriting runs that wait do not take the value of one that began before them; one computes for all of them', async () => {
  await withGate(await withModes(), async ({ open, began, waiting, ...around }) => {
    const first = await begin(around, 'overwrite');
    await began(1);
    const others = await Promise.all([1, 2, 3].map(() => begin(around, 'overwrite')));
    await waiting(3);
    open();
    expect(await endsOf([first])).toEqual(['value of 0']);
    expect(await endsOf(others)).toEqual(Array(3).fill('value of 1'));
    expect(await statusesOf(others)).toEqual({ 'stored overwrite': 1, joined: 2 });
  });
});

test('an overwriting run does not take the value of a plain one that began before it, which serves plain ones', async () => {
  await withGate(await withModes(), async ({ call, open, began, waiting, ...around }) => {
    const first = await call(1);
    await began(1);
    const overwriting = await begin(around, 'overwrite');
    await waiting(1);
    open();
    expect(await endsOf(first)).toEqual(['value of 0']);
    expect(await endsOf([overwriting])).toEqual(['value of 1']);
    expect(await statusesOf([overwriting])).toEqual({ 'stored overwrite': 1 });
    const later = await call(1);
    expect(await endsOf(later)).toEqual(['value of 1']);
  });
});

test('plain runs that find nothing take the value of an overwriting one', async () => {
  await withGate(await withModes(), async ({ call, open, began, waiting, ...around }) => {
    const overwriting = await begin(around, 'overwrite');
    await began(1);
    const others = await call(2);
    await waiting(2);
    open();
    expect(await endsOf([overwriting, ...others])).toEqual(Array(3).fill('value of 0'));
    expect(await statusesOf(others)).toEqual({ joined: 2 });
  });
});

test('an overwriting run that fails leaves its turn to the next one, whose value the third takes', async () => {
  await withGate(
    await withModes(),
    async ({ began, ...around }) => {
      const failing = await begin(around, 'overwrite');
      await began(1);
      const others = await Promise.all([1, 2].map(() => begin(around, 'overwrite')));
      expect(await endsOf([failing])).toEqual(['failed']);
      expect(await endsOf(others)).toEqual(Array(2).fill('value of 1'));
    },
    (gated) => async (call) => {
      if (call.index > 0) return gated(call);
      await call.inLine(2);
      throw new Error('failed');
    },
  );
});

test.each([
  ['readonly', { 'unstored new readonly': 1 }],
  ['off', { 'bypassed off': 1 }],
] as const)('a run with mode %s waits for nobody', async (mode, expected) => {
  await withGate(await withModes(), async ({ call, open, began, ...around }) => {
    const holder = await call(1);
    await began(1);
    const run = await begin(around, mode);
    expect(await endsOf([run])).toEqual(['value of 1']);
    expect(await statusesOf([run])).toEqual(expected);
    open();
    expect(await endsOf(holder)).toEqual(['value of 0']);
  });
});
