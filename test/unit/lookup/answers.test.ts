/** What the host answers to a Workflow that looks up, and stores for it: by then nobody keeps a turn, or a place in line, that it does not need. */
import type { Context } from '@temporalio/activity';
import { defaultPayloadConverter, RawValue } from '@temporalio/common';
import type { ActivityExecuteInput } from '@temporalio/worker';
import type { CachedActivity } from '../../../src/interceptors/activity/cached-activity';
import type { Missed, LookResult } from '../../../src/worker/look';
import { type Known, LookupInterceptor } from '../../../src/activities/look-up';
import { SettleInterceptor } from '../../../src/activities/settle-turn';
import { StoreInterceptor } from '../../../src/activities/store-result';
import type { PendingEntry, Question, ToSettle, ToStore, Waited } from '../../../src/wire/questions';
import { writeHeld } from '../../../src/wire/run-control';
import { HELD } from '../../../src/wire/names';
import { unpack } from '../../../src/wire/pack';
import { Recent } from '../../../src/reservation/caller/recent';
import type { Inquiry } from '../../../src/reservation/caller/workflow-queue';

const missed: Missed = { why: 'new', drawn: { ticket: 7, now: 1 } };
const uses = [{ kind: 'activity', taskQueue: 'q', type: 'f', version: '1' }] as const;
const value = new RawValue(5);
const used = { type: 'f', version: '1', key: 'of f', ticket: 5 };
const made = { uses, results: [used] };
const entry = { ticket: 7, until: 9 };
const outcome = { key: 'k', version: '1', durationMs: 1, entry };
const hit: LookResult = { hit: true, value, bytes: 1, outcome, made };
/** What those above depend on beside that. */
const result = { type: 'whole', version: '1', key: 'k', ...entry };
const usedItself = { uses: [], children: [], results: [] };
const own = { workflow: { own: {} } };
const collector = 'w/r';
const reportTo = { collector, workflowId: 'child', run: 'r' };
const inLine = { holder: 'another' };
const waited: Waited = { ticket: 7, holder: 'h', epoch: 'e', isOut: false };

/** @param looks - what the store says, look by look; the last one again */
function host(looks: LookResult[] = [missed], told: Inquiry[] = []) {
  const said: unknown[][] = [];
  const say = async (...words: unknown[]) => void said.push(words);
  const reservations = {
    inquire: async () => told.shift(),
    end: async (_: unknown, { id }: { id: string }, outcome: string) => say('end', id, outcome),
    leave: async (_: unknown, { id }: { id: string }) => say('leave', id),
  };
  const activity = {
    isAutomatic: true,
    reserves: () => true,
    identify: async () => ({ key: 'k', version: '1', tags: [] }),
    look: async () => (looks.length > 1 ? looks.shift()! : looks[0]!),
    lapseOf: async () => undefined,
    store: async (
      _call: unknown,
      _control: unknown,
      { made }: { made?: unknown },
      _run: unknown,
      recording: { skipped?: string },
    ) => {
      said.push(recording.skipped === undefined ? ['store', made] : ['skip', recording.skipped]);
      return recording.skipped === undefined
        ? { status: 'stored', entry }
        : { status: 'unstored', reason: 'skipped' };
    },
  } as unknown as CachedActivity;
  const dependencies = {
    ambiguous: async (): Promise<string[]> => [],
    report: async (_: unknown, used: unknown) => say('report', used),
    collect: async (): Promise<unknown> => ({ uses, results: [used], unlabelled: [] }),
    versions: async (): Promise<unknown> => uses,
  };
  const abort = new AbortController();
  const warnings: unknown[][] = [];
  const known = {
    scope: '',
    activityFor: async () => activity,
    learn: () => undefined,
    values: {
      passRawValues: true,
      decodeArguments: (args: unknown) => args,
      hasCodecs: false,
      seal: () => Promise.reject(new Error('no key')),
      unseal: () => Promise.reject(new Error('of another key')),
    },
    reporter: {
      report: () => undefined,
      warn: (_: unknown, ...warning: unknown[]) => void warnings.push(warning),
      reservationError: () => undefined,
    },
    reservations: async () => reservations,
    dependencies,
    deploymentOf: () => undefined,
    waits: new Recent(1_000),
    proofs: { ready: async () => undefined, of: async () => 'proof', holds: async () => true },
  } as unknown as Known;
  const info = { namespace: 'default', workflowExecution: { workflowId: 'w', runId: 'r' }, inWorkflow: true };
  const context = { info, cancellationSignal: abort.signal } as unknown as Context;
  const input = (args: unknown[], headers = {}) => ({ args, headers }) as ActivityExecuteInput;
  const shown: string[] = [];
  const ask = async (question: Partial<Question> = {}, headers = {}) => {
    const whole: Question = {
      activityType: 'f',
      activityId: '1',
      cache: true,
      mostBytes: 1_000,
      forMs: 1_000,
      ...question,
    };
    const { payload } = await new LookupInterceptor(context, known).execute(input([whole], headers));
    shown.push(Buffer.from(payload.data!).toString());
    const [answer = payload] = unpack(payload) ?? [];
    return defaultPayloadConverter.fromPayload(answer);
  };
  const begin: PendingEntry = {
    key: 'k',
    version: '1',
    why: 'new',
    tags: [],
    ticket: 7,
    startedAt: 1,
    parts: {},
    ambiguous: [],
  };
  const store = async ({
    begin: more,
    ...toStore
  }: Partial<Omit<ToStore, 'begin'>> & { begin?: Partial<PendingEntry> } = {}) => {
    const question = { activityType: 'whole', activityId: '' };
    const all = {
      question,
      durationMs: 1,
      used: usedItself,
      collector,
      ...toStore,
      begin: { ...begin, ...more },
    };
    await new StoreInterceptor(context, known).execute(input([all, 5]));
  };
  const settle = (outcome: ToSettle['outcome']) =>
    new SettleInterceptor(known).execute(input([{ activityType: 'f', key: 'k', id: 'w/r/1', outcome }]));
  const { values } = known as unknown as { values: { hasCodecs: boolean } };
  const enquired = () => told.length === 0;
  return { ask, shown, store, settle, said, warnings, activity, dependencies, abort, values, enquired };
}

test('whatever it answers, its marker begins with the verdict, in words', async () => {
  const { ask, shown } = host(
    [hit, missed, { why: 'expired', drawn: { ticket: 8, now: 2 } }],
    ['turn', inLine],
  );
  await ask();
  await ask();
  await ask({ activityType: 'train', mostBytes: 1 });
  expect(shown).toEqual([
    '{"cache":"hit · f · saved 1 ms · computed","value":5}',
    expect.stringMatching(/^{"cache":"miss, expired · f","answer":"run",/),
    expect.stringMatching(/^{"cache":"waits for another · train","answer":"wait",/),
  ]);
});

describe('a turn that it does not need', () => {
  test('who waited and finds the value leaves the line, unless it was told that it is out of it', async () => {
    const { ask, said } = host([hit]);
    expect(await ask({ waited })).toBe(5);
    expect(said.splice(0)).toEqual([['leave', 'w/r/1']]);
    await ask({ waited: { ...waited, isOut: true } });
    await ask();
    expect(said).toEqual([]);
  });

  test.each<[Inquiry, unknown[]]>([
    ['turn', ['end', 'w/r/1', 'stored']],
    [inLine, ['leave', 'w/r/1']],
  ])('the value was stored while it was given a turn, or a place: %j', async (told, word) => {
    const { ask, said } = host([missed, hit], [told]);
    expect(await ask()).toBe(5);
    expect(said).toEqual([word]);
  });

  test('who was cancelled meanwhile gives it to the next one', async () => {
    const { ask, said, abort } = host([missed], ['turn']);
    abort.abort();
    await ask();
    expect(said).toEqual([['end', 'w/r/1', 'released']]);
  });

  test('nobody is given one whose tags no codec seals: the look-up fails before', async () => {
    const { ask, values, enquired } = host([missed], ['turn']);
    values.hasCodecs = true;
    await expect(ask({ workflow: { own: { tags: ['t'] } } })).rejects.toThrow('no key');
    expect(enquired()).toBe(false);
  });

  test('who does not wait any longer, since nobody works on the reservation, leaves the line', async () => {
    const { ask, said } = host([missed], ['unreserved']);
    expect(await ask({ waited })).toMatchObject({ answer: 'run', unreserved: true });
    expect(said).toEqual([['leave', 'w/r/1']]);
  });

  test('who is told to look, and finds nothing, asks once more', async () => {
    const { ask, said } = host([missed], ['look', 'turn']);
    expect(await ask({ waited })).toMatchObject({ answer: 'run', granted: true });
    expect(said).toEqual([]);
  });

  test('who is below one that has the turn neither waits nor gets one', async () => {
    const { ask } = host([missed], ['turn']);
    const answer = await ask({}, { [HELD]: writeHeld(['k']) });
    expect(answer).toEqual({ cache: 'miss · f', answer: 'run', key: 'k', why: 'new' });
  });

  test.each(['left', 'failed'] as const)('a Workflow says that it has %s', async (outcome) => {
    const { settle, said } = host();
    await settle(outcome);
    expect(said).toEqual([outcome === 'left' ? ['leave', 'w/r/1'] : ['end', 'w/r/1', 'failed']]);
  });

  test('who has returned ends its turn, and says whether there is a value', async () => {
    const { store, said } = host();
    await store({ turnOf: 'w/r' });
    await store({ turnOf: 'w/r', unwanted: 'cache-if' });
    expect(said.filter(([what]) => what === 'end')).toEqual([
      ['end', 'w/r', 'stored'],
      ['end', 'w/r', 'unstored'],
    ]);
  });

  test('who has returned on a Worker whose cache is switched off ends its turn, and nothing is stored', async () => {
    const { store, said, activity } = host();
    Object.assign(activity, { off: 'off' });
    await store({ turnOf: 'w/r', reportTo });
    expect(said).toEqual([
      ['report', expect.objectContaining({ unkept: expect.stringMatching(/bypassed, off/) })],
      ['end', 'w/r', 'unstored'],
    ]);
  });
});

describe('what a Workflow depends on', () => {
  test('of a hit it is told to the Workflow above', async () => {
    const { ask, said } = host([hit]);
    await ask({ activityType: 'whole', reportTo });
    expect(said).toEqual([['report', { uses, children: [], results: [used, result] }]]);
  });

  test('where nobody knows what is of several versions as it begins, it runs and cannot be stored', async () => {
    const { ask, dependencies } = host();
    dependencies.ambiguous = () => Promise.reject(new Error('down'));
    expect(await ask(own)).toEqual({ cache: 'miss · f', answer: 'run', key: 'k' });
  });

  test('is stored with its result, and told to the Workflow above', async () => {
    const { store, said } = host();
    await store({ reportTo });
    expect(said).toEqual([
      ['store', made],
      ['report', { uses, children: [], results: [used, result], unlabelled: [] }],
    ]);
  });

  test('has a version: its results are stored with it, and the code of what it used is no matter to the one above', async () => {
    const { store, said } = host();
    await store({ reportTo, begin: { ambiguous: undefined } });
    expect(said).toEqual([
      ['store', { results: [used] }],
      ['report', { uses: [], children: [], results: [used, result] }],
    ]);
  });

  test('is not stored itself: the one above is told so', async () => {
    const { store, said, activity } = host();
    activity.store = async () => ({ status: 'unstored', reason: 'superseded' });
    await store({ reportTo });
    expect(said).toEqual([
      ['report', expect.objectContaining({ unkept: expect.stringMatching(/child 'whole'.*superseded/) })],
    ]);
  });

  test('a result that it used is forgotten by the time it is stored: it is not, and the one above is told so', async () => {
    const { store, said, activity } = host();
    activity.lapseOf = async () => ({ why: 'invalidated', detail: 'gone' });
    await store({ reportTo });
    expect(said).toEqual([
      ['skip', 'gone'],
      ['report', expect.objectContaining({ unkept: expect.stringContaining('skipped') })],
    ]);
  });

  test('of a version that is not known it is warned, because the result is never stored', async () => {
    const { store, dependencies, warnings } = host();
    await store();
    expect(warnings).toEqual([]);
    dependencies.versions = async () => 'nobody says';
    await store();
    expect(warnings).toEqual([['unknown-versions', 'nobody says']]);
  });

  test.each<[string, (known: ReturnType<typeof host>) => Promise<void>, RegExp, RegExp?]>([
    ['more than is kept', ({ store }) => store({ used: undefined, reportTo }), /more than can be kept/],
    [
      'a child did not say',
      async ({ store, dependencies }) => {
        dependencies.collect = async () => 'a child is missing';
        await store({ reportTo });
      },
      /a child is missing/,
    ],
    [
      'a version is not known',
      async ({ store, dependencies }) => {
        dependencies.versions = async () => 'nobody says';
        await store({ reportTo });
      },
      /nobody says/,
      /unstored, skipped/,
    ],
    [
      'the store is out of reach',
      async ({ store, dependencies }) => {
        dependencies.collect = () => Promise.reject(new Error('down'));
        await store({ reportTo });
      },
      /could not be read.*down/,
    ],
    [
      'tags that cannot be read',
      ({ store }) => store({ reportTo, begin: { sealedTags: '{"metadata":{},"data":""}' } }),
      /tags could not be read/,
      /unstored, skipped/,
    ],
  ])(
    'is not known: %s; nothing is stored, and the one above is told why',
    async (_name, act, why, told = why) => {
      const known = host();
      await act(known);
      expect(known.said).toEqual([
        ['skip', expect.stringMatching(why)],
        ['report', expect.objectContaining({ unkept: expect.stringMatching(told) })],
      ]);
    },
  );
});
