/** Local and standalone Activities of one serialized key wait for one another like ordinary ones, and with them. */
import { randomUUID } from 'node:crypto';
import { CancelledFailure } from '@temporalio/common';
import { type Gated, withGate } from '../helpers/gate';
import { type BodyCall, endsOf, statusesOf, withSerialized } from '../helpers/serialized';

const step = { type: 'f', args: [7] };
const local = { ...step, local: true };

describe('local Activities', () => {
  test.each([
    ['three of three Workflows', [[local], [local], [local]]],
    ['three of one Workflow', [[local, local, local]]],
    ['local and ordinary ones of three Workflows', [[local], [step], [local]]],
    ['local and ordinary ones of one Workflow', [[step, local, step, local]]],
  ])('%s: one execution, and the others take its value', async (_, workflows) => {
    const all = workflows.flat().length;
    const body = async ({ index, inLine }: BodyCall) => {
      await inLine(all - 1);
      return `value of ${index}`;
    };
    await withSerialized(body, {}, async ({ start }) => {
      const handles = await Promise.all(workflows.map((steps) => start('parallel', steps)));
      const values = await Promise.all(handles.map((handle) => handle.result()));
      expect(values.flat()).toEqual(Array(all).fill('value of 0'));
      expect(await statusesOf(handles)).toEqual({ stored: 1, joined: all - 1 });
    });
  });

  test('the first fails: the next runs, and the third takes its value', async () => {
    const body = async ({ index, inLine }: BodyCall) => {
      if (index > 0) return `value of ${index}`;
      await inLine(2);
      throw new Error('failed');
    };
    await withSerialized(body, {}, async ({ start }) => {
      const handles = await Promise.all([1, 2, 3].map(() => start('parallel', [local])));
      expect((await endsOf(handles)).sort()).toEqual(['failed', 'value of 1', 'value of 1']);
    });
  });

  test('one that waits is cancelled: it leaves the line', async () => {
    await withGate({}, async ({ start, began, waiting, asked, open }) => {
      const holder = await start('parallel', [local]);
      await began(1);
      const leaving = await start('cancelling', local);
      await asked(); // the first is alive: its turn is not taken from it
      await waiting(1);
      await leaving.signal('cancel');
      await waiting(0);
      await leaving.signal('finish');
      expect(await leaving.result()).toBe('cancelled');
      open();
      expect(await endsOf([holder])).toEqual(['value of 0']);
    });
  });
});

describe('standalone Activities', () => {
  type Around = Pick<Gated, 'client' | 'taskQueue'>;
  const heartbeats = { heartbeatTimeout: '6 seconds' } as const;
  const startOne = ({ client, taskQueue }: Around, options: object = heartbeats) =>
    client.activity.start('f', {
      id: `standalone-${randomUUID()}`,
      taskQueue,
      args: [7],
      startToCloseTimeout: '1 minute',
      retry: { maximumAttempts: 1 },
      ...options,
    });
  const startMany = (around: Around, callers: number) =>
    Promise.all(Array.from({ length: callers }, () => startOne(around)));
  type One = Awaited<ReturnType<typeof startOne>>;
  const valuesOf = (handles: One[]) => Promise.all(handles.map((handle) => handle.result()));

  test('three: one execution, and the others take its value', async () => {
    await withGate({}, async ({ began, waiting, asked, open, ...around }) => {
      const first = await startOne(around);
      await began(1);
      const others = await startMany(around, 2);
      await asked(); // it is alive: its turn is not taken from it
      await waiting(2);
      open();
      expect(await valuesOf([first, ...others])).toEqual(Array(3).fill('value of 0'));
    });
  });

  test('they and Activities of Workflows wait for one another', async () => {
    await withGate({}, async ({ call, began, waiting, open, ...around }) => {
      const first = await startOne(around);
      await began(1);
      const [others, more] = [await call(2), await startMany(around, 2)];
      await waiting(4);
      open();
      expect(await valuesOf([first, ...more])).toEqual(Array(3).fill('value of 0'));
      expect(await endsOf(others)).toEqual(Array(2).fill('value of 0'));
      expect(await statusesOf(others)).toEqual({ joined: 2 });
    });
  });

  test.each([
    ['is cancelled', 'cancel', heartbeats],
    ['is terminated', 'terminate', heartbeats],
    ['is terminated, and does not notice', 'terminate', {}],
  ] as const)(
    'the first has its turn and %s: the next one runs, and the third takes its value',
    async (_, end, options) => {
      await withGate({}, async ({ began, waiting, ...around }) => {
        const first = await startOne(around, options);
        await began(1);
        const others = await startMany(around, 2);
        await waiting(2);
        await first[end]('test');
        expect(await valuesOf(others)).toEqual(Array(2).fill('value of 1'));
      });
    },
  );

  test('one that waits is cancelled: it leaves the line', async () => {
    await withGate({}, async ({ began, waiting, open, ...around }) => {
      const first = await startOne(around);
      await began(1);
      const leaving = await startOne(around);
      await waiting(1);
      await leaving.cancel('test');
      await waiting(0);
      await expect(leaving.result()).rejects.toMatchObject({
        cause: expect.any(CancelledFailure) as unknown,
      });
      open();
      expect(await valuesOf([first])).toEqual(['value of 0']);
    });
  });
});
