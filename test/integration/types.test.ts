/** Declared types of the SDK (TypeInfo), and converters that are the user's own. */
import { RawValue, rawValueTypeInfo, type TypeInfo } from '@temporalio/common';
import { setActivityOptions } from '@temporalio/activity';
import { cached, CachePlugin, cacheReport } from 'temporal-activity-cache';
import { withWorker } from '../helpers/temporal';

class Money {
  constructor(readonly cents: number) {}
  toJSON() {
    return { cents: this.cents };
  }
}

const money: TypeInfo<Money, { cents: number }> = {
  transferTypeConverter: {
    toTransferType: (value) => ({ cents: value.cents }),
    fromTransferType: ({ cents }) => new Money(cents),
  },
};

const told = async (handle: Parameters<typeof cacheReport>[0]) =>
  (await cacheReport(handle)).rows.map(({ status }) => status);

test('a declared output type is kept on a hit; its row is unknown, since the SDK leaves no room for a label', async () => {
  let runs = 0;
  const seen: boolean[] = [];
  const pay = async (m: Money) => {
    runs++;
    seen.push(m instanceof Money);
    return new Money(m.cents * 2);
  };
  setActivityOptions({ typeInfo: { inputTypes: [money as TypeInfo], outputType: money } }, pay);
  const f = cached('auto', pay);
  expect(f).toBe(pay);
  await withWorker(
    { activities: { f }, plugins: [new CachePlugin({ store: 'memory:' })] },
    async ({ start }) => {
      const steps = [{ type: 'f', args: [{ cents: 5 }] }, { type: 'f', args: [{ cents: 5 }] }]; // prettier-ignore
      const handle = await start('sequence', steps);
      expect(await handle.result()).toEqual([{ cents: 10 }, { cents: 10 }]);
      expect({ runs, seen }).toEqual({ runs: 1, seen: [true] });
      expect(await told(handle)).toEqual(['unknown', 'unknown']);
    },
  );
});

test('a declared RawValue is labelled as any value', async () => {
  const f = cached('auto', async () => new RawValue({ a: 1 }));
  setActivityOptions({ typeInfo: { outputType: rawValueTypeInfo } }, f);
  await withWorker(
    { activities: { f }, plugins: [new CachePlugin({ store: 'memory:' })] },
    async ({ start }) => {
      const handle = await start('sequence', [{ type: 'f' }, { type: 'f' }]);
      expect(await handle.result()).toEqual([{ a: 1 }, { a: 1 }]);
      expect(await told(handle)).toEqual(['stored', 'hit']);
    },
  );
});

test('a payload converter that does not know RawValue gets plain values: right answers, without labels', async () => {
  const path = require.resolve('../helpers/own-converter');
  const f = cached('auto', async (x: number) => ({ x }));
  const dataConverter = { payloadConverterPath: path };
  await withWorker(
    { activities: { f }, dataConverter, plugins: [new CachePlugin({ store: 'memory:' })] },
    async ({ start }) => {
      const handle = await start('sequence', [{ type: 'f', args: [1] }, { type: 'f', args: [1] }]); // prettier-ignore
      expect(await handle.result()).toEqual([{ x: 1 }, { x: 1 }]);
      expect(await told(handle)).toEqual(['unknown', 'unknown']);
    },
  );
});
