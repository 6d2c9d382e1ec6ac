/** Many callers of one key: one execution at a time, the others wait, and take its result. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import { cacheReport } from 'temporal-activity-cache';
import { type BodyCall, endsOf, newStore, statusesOf, withSerialized } from '../helpers/serialized';

const retries = (maximumAttempts: number) => ({
  startToCloseTimeout: '5 minutes',
  retry: { initialInterval: '10 milliseconds', backoffCoefficient: 1, maximumAttempts },
});

describe.each([
  ['in a thread', true],
  ['in the main thread', false],
])('reservations worked on %s', (_, onConnection) => {
  test('50 callers cost one execution, and each of the others says whose result it took', async () => {
    let bodies = 0;
    const body = async ({ inLine }: BodyCall) => {
      bodies++;
      await inLine(49);
      return 'value';
    };
    await withSerialized(body, { onConnection }, async ({ call }) => {
      const handles = await call(50);
      expect(await endsOf(handles)).toEqual(Array(50).fill('value'));
      expect(bodies).toBe(1);
      expect(await statusesOf(handles)).toEqual({ stored: 1, joined: 49 });
      const reports = await Promise.all(handles.map((handle) => cacheReport(handle)));
      const rows = reports.map((report) => report.rows[0]!);
      const computed = handles[rows.findIndex(({ status }) => status === 'stored')]!.workflowId;
      const origins = rows
        .filter(({ status }) => status === 'joined')
        .map(({ origin }) => origin?.workflowId);
      expect(new Set(origins)).toEqual(new Set([computed]));
    });
  });

  test('three callers, the first fails: the next runs, and the third takes its value', async () => {
    const body = async ({ index, inLine }: BodyCall) => {
      if (index === 0) await inLine(2);
      if (index === 0) throw new Error('failed');
      return `value of ${index}`;
    };
    await withSerialized(body, { onConnection }, async ({ call }) => {
      const handles = await call(3);
      expect((await endsOf(handles)).sort()).toEqual(['failed', 'value of 1', 'value of 1']);
    });
  });
});

test('50 callers, the first two fail: three executions in the order of waiting, and with a retry all succeed', async () => {
  const order: string[] = [];
  const body = async ({ index, inLine }: BodyCall) => {
    const { workflowExecution, attempt } = Context.current().info;
    order.push(`${workflowExecution!.workflowId} ${attempt}`);
    if (index === 0) await inLine(49);
    if (index < 2) throw new Error('failed');
    return index;
  };
  await withSerialized(body, {}, async ({ call, start }) => {
    const one = async () => start('sequence', [{ type: 'f', args: [7], options: retries(2) }]);
    const first = await one();
    while (order.length === 0) await sleep(5);
    const rest = await call(49, retries(2));
    expect(await endsOf([first, ...rest])).toEqual(Array(50).fill(2));
    expect(order).toHaveLength(3);
    expect(new Set(order).size).toBe(3);
    expect(order[0]).toBe(`${first.workflowId} 1`);
    expect(order[1]).not.toBe(`${first.workflowId} 2`); // its retry queues behind those who wait
  });
});

test.each([1, 3])(
  'a body that fails for 50 callers with %i attempts: each failure is the body’s own, in few rounds, and waiting spends no attempt',
  async (maximumAttempts) => {
    const runs: { began: number; ended: number; attempt: number; workflow: string }[] = [];
    const body = async ({ index, arrived }: BodyCall) => {
      const { attempt, workflowExecution } = Context.current().info;
      const run = { began: performance.now(), ended: 0, attempt, workflow: workflowExecution!.workflowId };
      runs.push(run);
      await arrived(50);
      await sleep(200);
      run.ended = performance.now();
      throw new Error(`failed: ${index}`);
    };
    await withSerialized(body, {}, async ({ call }) => {
      const handles = await call(50, retries(maximumAttempts));
      const ends = await endsOf(handles);
      expect(new Set(ends).size).toBe(50);
      for (const end of ends) expect(end).toMatch(/^failed: \d+$/);
      for (const { workflowId } of handles) {
        const attempts = runs.filter(({ workflow }) => workflow === workflowId).map(({ attempt }) => attempt);
        expect(attempts).toEqual(Array.from({ length: maximumAttempts }, (_, i) => i + 1));
      }
      // One after the other, the longest chain of bodies that did not overlap.
      let chain = 0;
      let ended = 0;
      for (const run of runs.sort((a, b) => a.ended - b.ended)) {
        if (run.began < ended) continue;
        chain++;
        ended = run.ended;
      }
      // Eight rounds, of which those with many holders may not overlap as a whole where the machine is slow; one by one it would be 50.
      expect(chain).toBeLessThanOrEqual(20 * maximumAttempts);
    });
  },
);

test('two applications with stores of their own, in one namespace, do not wait for one another', async () => {
  const both = { running: 0 };
  let meet = () => {};
  const met = new Promise<void>((resolve) => (meet = resolve));
  const body = async ({ inLine }: BodyCall) => {
    if (++both.running === 2) meet();
    await Promise.all([met, inLine(1)]); // each ends only when the other one runs too
    return 'value';
  };
  await withSerialized(body, { plugin: { store: newStore() } }, (one) =>
    withSerialized(body, { plugin: { store: newStore() } }, async (other) => {
      const handles = [...(await one.call(2)), ...(await other.call(2))];
      expect(await endsOf(handles)).toEqual(Array(4).fill('value'));
      expect(await statusesOf(handles)).toEqual({ stored: 2, joined: 2 });
    }),
  );
});

test('different keys do not wait for one another', async () => {
  let running = 0;
  let meet = () => {};
  const met = new Promise<void>((resolve) => (meet = resolve));
  const body = async ({ inLine }: BodyCall) => {
    if (++running === 2) meet();
    await Promise.all([met, inLine(1)]);
    return 'value';
  };
  await withSerialized(body, {}, async ({ call }) => {
    const handles = [...(await call(2, {}, [1])), ...(await call(2, {}, [2]))];
    expect(await endsOf(handles)).toEqual(Array(4).fill('value'));
    expect(await statusesOf(handles)).toEqual({ stored: 2, joined: 2 });
  });
});

test('a value that is not to be kept lets all who wait run, without one another', async () => {
  const body = async ({ index, inLine }: BodyCall) => {
    if (index === 0) await inLine(4);
    return 'value';
  };
  await withSerialized(body, { options: { cacheIf: () => false } }, async ({ call }) => {
    const handles = await call(5);
    expect(await endsOf(handles)).toEqual(Array(5).fill('value'));
    expect(await statusesOf(handles)).toEqual({
      'unstored new cache-if': 1,
      'unstored unserialized cache-if': 4,
    });
  });
});

test('after `waitTimeout` a call runs without its turn', async () => {
  let open = () => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  const body = async ({ index }: BodyCall) => {
    if (index === 0) await opened;
    return index;
  };
  const options = { serialize: { waitTimeout: 300 } };
  await withSerialized(body, { options }, async ({ call, began }) => {
    const [first] = await call(1);
    await began(1);
    const others = await call(1);
    const ends = await endsOf(others);
    open();
    expect(ends).toEqual([1]);
    expect(await endsOf([first!])).toEqual([0]);
    const statuses = await statusesOf(others);
    expect(Object.keys(statuses).every((status) => status.includes('unserialized'))).toBe(true);
  });
});

test.each([
  ['in Activities', {}],
  ['in their Workflows', { cache: true }],
])(
  'with `reservations: false` all run, and say that it was without their turn, looked up %s',
  async (_where, options) => {
    await withSerialized(
      async () => sleep(100, 'value'),
      { plugin: { reservations: false } },
      async ({ call }) => {
        const handles = await call(3, options);
        expect(await endsOf(handles)).toEqual(Array(3).fill('value'));
        expect((await statusesOf(handles))['stored unserialized']).toBeGreaterThanOrEqual(1);
      },
    );
  },
);
