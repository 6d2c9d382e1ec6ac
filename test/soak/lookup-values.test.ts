/** The Workflow's half and the Activity's half agree on every key, and a value arrives as if the Activity had run. */
import { randomUUID } from 'node:crypto';
import { rawValueTypeInfo, RawValue } from '@temporalio/common';
import { setActivityOptions } from '@temporalio/activity';
import type { DataConverter } from '@temporalio/common';
import { cached, CachePlugin, cacheReport } from 'temporal-activity-cache';
import { EncryptionCodec } from '../helpers/encryption-codec';
import { describeValue, Money, money, SPECIAL } from '../helpers/special-values';
import { type Around, bundle, withWorker } from '../helpers/temporal';

const workflowsPath = require.resolve('../helpers/lookup-workflows');
const bundles = new Map<string, ReturnType<typeof bundle>>();
const bundled = (name: string, options: Parameters<typeof bundle>[0] = {}) => {
  const known = bundles.get(name) ?? bundle({ workflowsPath, plugins: [new CachePlugin()], ...options });
  bundles.set(name, known);
  return known;
};

type Activity = (...args: any[]) => unknown;
interface Setup {
  dataConverter?: DataConverter;
}

async function withF<T>(
  f: Activity,
  { dataConverter }: Setup,
  test: (around: Around) => Promise<T>,
): Promise<T> {
  const path = dataConverter?.payloadConverterPath;
  const workflowBundle = await bundled(path ?? '', path === undefined ? {} : { payloadConverterPath: path });
  const plugins = [new CachePlugin({ store: 'memory:' })];
  return withWorker({ workflowBundle, activities: { f }, plugins, dataConverter }, test);
}

type Handle = Awaited<ReturnType<Around['start']>>;

/** What the calls of one Workflow were: where they were answered, with which key. */
async function told(handle: Handle) {
  const { events } = await handle.fetchHistory();
  const scheduled = events!.filter((event) => event.activityTaskScheduledEventAttributes != null).length;
  const { rows } = await cacheReport(handle);
  const inOrder = [...rows].sort((a, b) => NAMES.indexOf(a.activityId) - NAMES.indexOf(b.activityId));
  return { scheduled, rows: inOrder.map(({ status, key }) => ({ status, key })) };
}

/** An Activity that counts its runs, and answers what it is given. */
function echoing() {
  const seen: string[] = [];
  const f = cached('auto', async (...args: unknown[]) => {
    seen.push(args.length === 0 ? 'no arguments' : describeValue(args[0]));
    return args[0];
  });
  return { f, seen };
}

const NAMES = Object.keys(SPECIAL);
const arriving = {
  undefined: 'undefined',
  null: 'null',
  zero: '0',
  'empty text': '""',
  bytes: 'bytes 1,2,255',
  'no bytes': 'bytes ',
  raw: '{"a":1}',
  'raw bytes': 'bytes 7',
  'no arguments': 'undefined',
  'undefined after all': '1',
  'nested undefined': '{"b":[null]}',
};

/** Three Workflows one after another, every other one looks up: what each got and told. */
async function threeTimes({ start }: Around, lookUpFirst: boolean, workflow: string, ...args: unknown[]) {
  const results: unknown[] = [];
  const tellings: Awaited<ReturnType<typeof told>>[] = [];
  for (const cache of lookUpFirst ? [true, undefined, true] : [undefined, true, undefined]) {
    const handle = await start(workflow, ...args, cache);
    results.push(await handle.result());
    tellings.push(await told(handle));
  }
  return { results, tellings };
}

describe.each<[string, Setup]>([
  ['the usual data converter', {}],
  ['a codec that encrypts', { dataConverter: { payloadCodecs: [new EncryptionCodec()] } }],
  ['a converter that knows dates', { dataConverter: { payloadConverterPath: require.resolve('../helpers/date-converter') } }], // prettier-ignore
])('with %s', (name, setup) => {
  test('what either half stored the other hits, under the same key, and all get the same value', async () => {
    for (const lookUpFirst of [true, false]) {
      const { f, seen } = echoing();
      await withF(f, setup, async (around) => {
        const { results, tellings } = await threeTimes(around, lookUpFirst, 'echo', NAMES);
        const keys = tellings[0]!.rows.map(({ key }) => key);
        const rows = (status: string) => keys.map((key) => ({ status, key }));
        const hits = (scheduled: number) => ({ scheduled, rows: rows('hit') });
        const n = NAMES.length;
        expect(tellings).toEqual([
          { scheduled: n, rows: rows('stored') },
          ...(lookUpFirst ? [hits(n), hits(0)] : [hits(0), hits(n)]),
        ]);
        expect(new Set(keys).size).toBe(n);
        expect(seen).toHaveLength(n);
        expect(results[1]).toEqual(results[0]);
        expect(results[2]).toEqual(results[0]);
        expect(Object.fromEntries(NAMES.map((value, i) => [value, (results[0] as string[])[i]]))).toEqual({
          ...arriving,
          date: name.includes('dates') ? 'date 1000' : '"1970-01-01T00:00:01.000Z"',
        });
      });
    }
  });
});

test('a converter that does not know RawValue: the look-up leaves it to the Activity, which hits', async () => {
  const { f, seen } = echoing();
  const dataConverter = { payloadConverterPath: require.resolve('../helpers/own-converter') };
  await withF(f, { dataConverter }, async (around) => {
    const { results, tellings } = await threeTimes(around, true, 'sequence', [{ type: 'f', args: [1], options: { cache: true } }]); // prettier-ignore
    expect(results).toEqual([[1], [1], [1]]);
    expect(tellings.map(({ scheduled }) => scheduled)).toEqual([1, 1, 1]);
    expect(seen).toHaveLength(1);
  });
});

test.each([true, false])(
  'declared types of arguments and result are converted on a hit (looked up first: %s)',
  async (lookUpFirst) => {
    const seen: unknown[] = [];
    const f = cached('auto', async (m: Money) => {
      seen.push(m);
      return new Money(m.cents * 2);
    });
    setActivityOptions({ typeInfo: { inputTypes: [money], outputType: money } }, f);
    await withF(f, {}, async (around) => {
      const { results, tellings } = await threeTimes(around, lookUpFirst, 'pay', 5);
      expect(results).toEqual(['money 10', 'money 10', 'money 10']);
      expect(seen).toEqual([new Money(5)]);
      // Where a result type is declared, only look-ups leave room for a row.
      expect(tellings.map(({ scheduled }) => scheduled)).toEqual(lookUpFirst ? [1, 1, 0] : [1, 0, 1]);
      const looked = tellings.find(({ scheduled }) => scheduled === 0)!;
      expect(looked.rows).toEqual([
        { status: 'hit', key: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
      ]);
    });
  },
);

test('a result that the Workflow declares a RawValue arrives as one; so does what the Activity returned as one', async () => {
  const f = cached('auto', async () => new RawValue({ a: 1 }));
  setActivityOptions({ typeInfo: { outputType: rawValueTypeInfo } }, f);
  await withF(f, {}, async (around) => {
    const { results, tellings } = await threeTimes(around, true, 'untouched');
    expect(results).toEqual(['raw {"a":1}', 'raw {"a":1}', 'raw {"a":1}']);
    expect(tellings.map(({ scheduled }) => scheduled)).toEqual([1, 1, 0]);
  });
});

test("headers that a user's own interceptor gives are part of the key in both halves", async () => {
  let bodies = 0;
  const f = cached('auto', async () => ++bodies);
  const tenants = require.resolve('../helpers/tenant-interceptor');
  const workflowBundle = await bundled(tenants, { workflowInterceptorModules: [tenants] });
  const plugins = [new CachePlugin({ store: 'memory:', vary: ['tenant'] })];
  await withWorker({ workflowBundle, activities: { f }, plugins }, async ({ client, taskQueue }) => {
    const call = async (tenant: string, cache?: true) => {
      const options = { taskQueue, workflowId: randomUUID(), memo: { tenant } };
      const handle = await client.workflow.start('sequence', { ...options, args: [[{ type: 'f', options: { cache } }]] }); // prettier-ignore
      const [result] = (await handle.result()) as number[];
      return { result, ...(await told(handle)) };
    };
    const a = await call('a', true);
    const key = a.rows[0]!.key;
    expect(await call('a')).toEqual({ result: 1, scheduled: 1, rows: [{ status: 'hit', key }] });
    expect(await call('a', true)).toEqual({ result: 1, scheduled: 0, rows: [{ status: 'hit', key }] });
    const b = await call('b');
    expect(b).toMatchObject({ result: 2, scheduled: 1, rows: [{ status: 'stored' }] });
    expect(b.rows[0]!.key).not.toBe(key);
    expect(await call('b', true)).toMatchObject({ result: 2, scheduled: 0, rows: [{ status: 'hit', key: b.rows[0]!.key }] }); // prettier-ignore
  });
});
