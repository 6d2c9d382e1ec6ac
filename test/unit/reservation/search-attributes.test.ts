/** The search attributes of reservations cost one question, and no start fails because of them. */
import { type Client, ServiceError } from '@temporalio/client';
import type { TypedSearchAttributes } from '@temporalio/common';
import { SearchAttributes } from '../../../src/reservation/caller/search-attributes';

const reserved = { scope: 'team', activityType: 'train', key: 'k' };
const KEYWORD = 2;

/** @param custom - the attributes of the namespace, by their types */
function scene(custom: Record<string, number> | Error) {
  let questions = 0;
  const listSearchAttributes = async () => {
    questions++;
    if (custom instanceof Error) throw custom;
    return { customAttributes: custom };
  };
  const client = {
    options: { namespace: 'ml' },
    connection: { operatorService: { listSearchAttributes } },
    withDeadline: (_: number, call: () => unknown) => call(),
  } as unknown as Client['workflow'];
  const attributes = new SearchAttributes(client);
  const started: (Record<string, unknown> | undefined)[] = [];
  const start = (error?: Error) =>
    attributes.startWith(reserved, async (given: { typedSearchAttributes?: TypedSearchAttributes }) => {
      const pairs = given.typedSearchAttributes?.getAll().map(({ key, value }) => [key.name, value] as const);
      started.push(pairs && Object.fromEntries(pairs));
      if (pairs !== undefined && error !== undefined) throw error;
    });
  return { start, started, questions: () => questions };
}

const refused = (code: number) => new ServiceError('no', { cause: Object.assign(new Error('no'), { code }) });

test('those that the namespace has as keywords are given, and it is asked once', async () => {
  const { start, started, questions } = scene({
    ActivityCacheType: KEYWORD,
    ActivityCacheKey: 1,
    Mine: KEYWORD,
  });
  await start();
  await start();
  expect(started).toEqual([{ ActivityCacheType: 'train' }, { ActivityCacheType: 'train' }]);
  expect(questions()).toBe(1);
});

test.each([{}, new Error('no right to read them')])('without them it starts without: %p', async (custom) => {
  const { start, started, questions } = scene(custom);
  await start();
  await start();
  expect([started, questions()]).toEqual([[undefined, undefined], 1]);
});

test('when they were removed since, it starts without them, and so do those that follow', async () => {
  const { start, started } = scene({ ActivityCacheScope: KEYWORD });
  await start(refused(3));
  await start();
  expect(started).toEqual([{ ActivityCacheScope: 'team' }, undefined, undefined]);
});

test('any other failure of the start is its own', async () => {
  const { start, started } = scene({ ActivityCacheScope: KEYWORD });
  await expect(start(refused(14))).rejects.toThrow('no');
  expect(started).toHaveLength(1);
});
