/** What a user's interceptor sees of a result: on a run what the Activity returned, on a hit what the data converter makes of it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setActivityOptions } from '@temporalio/activity';
import type { TypeInfo } from '@temporalio/common';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { cached } from 'temporal-activity-cache';
import { MockWorker } from '../helpers/mock';

class Money {
  constructor(readonly cents: number) {}
}

/** What an interceptor sees of two calls, the second of which is a hit. */
async function seenOf(returned: unknown, output?: TypeInfo): Promise<[unknown, unknown]> {
  const seen: unknown[] = [];
  const watch: ActivityInterceptorsFactory = () => ({
    inbound: {
      async execute(input, next) {
        const value = await next(input);
        seen.push(value);
        return value;
      },
    },
  });
  const f = cached('auto', async () => returned);
  if (output !== undefined) setActivityOptions({ typeInfo: { outputType: output } }, f);
  const worker = new MockWorker({ f }, {}, { interceptors: [watch] });
  await worker.call('f');
  await worker.call('f');
  expect(worker.statuses).toEqual(['stored new', 'hit']);
  return [seen[0], seen[1]];
}

test.each<[string, unknown, unknown]>([
  ['a Date is a text', new Date(0), '1970-01-01T00:00:00.000Z'],
  ['a Map is an empty object', new Map([['a', 1]]), {}],
  ['an instance is plain data', new Money(5), { cents: 5 }],
  ['an undefined member is missing', { a: 1, b: undefined }, { a: 1 }],
])('on a hit %s; on a run it is what the Activity returned', async (_name, returned, onHit) => {
  const [run, hit] = await seenOf(returned);
  expect(run).toBe(returned);
  expect(hit).toStrictEqual(onHit);
});

test.each([[1], ['a'], [null], [undefined], [{ a: [1, 'b'] }], [new Uint8Array([1])]])(
  'what JSON keeps, and bytes, are the same on both: %p',
  async (returned) => {
    const [run, hit] = await seenOf(returned);
    expect(hit).toStrictEqual(run);
  },
);

test('with a declared TypeInfo they are of one type on both', async () => {
  const money: TypeInfo<Money, { cents: number }> = {
    transferTypeConverter: {
      toTransferType: ({ cents }) => ({ cents }),
      fromTransferType: ({ cents }) => new Money(cents),
    },
  };
  const [run, hit] = await seenOf(new Money(5), money);
  expect([run, hit]).toEqual([new Money(5), new Money(5)]);
  expect(hit).toBeInstanceOf(Money);
});

test('the docs say so', () => {
  const page = readFileSync(join(__dirname, '../../docs/options.md'), 'utf8').replace(/\s+/g, ' ');
  expect(page).toContain(
    'On a run they see what the Activity returned, and on a hit what the data converter makes of it',
  );
  expect(page).not.toContain('plain values, on hits as on runs');
});
