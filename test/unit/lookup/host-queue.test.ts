/** One local Activity at a time, and answers that come where a replay has them. */
import { defaultPayloadConverter, RawValue } from '@temporalio/common';
import { Budget } from '../../../src/wire/budget';
import type { Asked } from '../../../src/interceptors/workflow/ask';
import { type ActivationJob, HostQueue } from '../../../src/interceptors/workflow/host-queue';
import { pack } from '../../../src/wire/pack';
import type { ToResolveAll } from '../../../src/wire/questions';
import { OUTCOME_METADATA, RESOLVE, RESOLVE_ALL } from '../../../src/wire/names';
import { encodeOutcome } from '../../../src/wire/outcome';
import { activator, fake, newWorkflow } from '../../helpers/fake-workflow';

jest.mock('@temporalio/workflow', () => jest.requireActual('../../helpers/fake-workflow').workflow);
jest.mock('@temporalio/workflow/lib/global-attributes', () => ({
  getActivator: () => activator,
  maybeGetActivator: () => activator,
}));

beforeEach(() => {
  newWorkflow();
  activator.completed = false;
});

const quiet = async () => {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
};
const label = encodeOutcome({ status: 'hit', key: 'k', version: '1', durationMs: 1 });
const json = (value: unknown) => defaultPayloadConverter.toPayload(value);
const hit = { ...json(5), metadata: { ...json(5).metadata, [OUTCOME_METADATA]: label } };
const miss = json({ answer: 'run', key: 'k' });
/** Calls of Activities with such a name are hits. */
const answerOf = (activityType: string) => (activityType.startsWith('hit') ? hit : miss);

function scene() {
  let task = 1;
  const waits = { now: false };
  const queue = new HostQueue(
    new Budget(() => task),
    () => task,
    () => waits.now,
  );
  const told: string[] = [];
  const sent: string[][] = [];
  const answers: (() => void)[] = [];
  fake.answer = ({ type, args: [question] }) =>
    new Promise((resolve) => {
      queue.sent(sent.length);
      if (type === RESOLVE) {
        sent.push([question.activityType]);
        answers.push(() => resolve(RawValue.fromPayload(answerOf(question.activityType))));
      } else if (type === RESOLVE_ALL) {
        const types = (question as ToResolveAll).toResolve.map(
          ({ question: { activityType } }) => activityType,
        );
        sent.push(types);
        answers.push(() => resolve(RawValue.fromPayload(pack(types.map(answerOf)))));
      }
    });
  /** @param waited - what it knows if it has waited */
  const look = (activityType: string, waited?: object) =>
    queue
      .lookUp({
        question: { activityType, activityId: '1', cache: true, forMs: 1, waited } as Asked['question'],
        args: [],
        headers: {},
      })
      .then(({ hit }) => told.push(`${activityType} ${hit === undefined ? 'runs' : 'is served'}`));
  /** An activation with the answer that is under way, and what comes beside it. */
  const activation = async (
    isReplaying: boolean,
    before: [string, ActivationJob][] = [],
    after: [string, ActivationJob][] = [],
  ) => {
    const seq = sent.length - 1;
    const answer = { resolveActivity: { seq } };
    const beside = [...before, ...after];
    const jobs = [...before.map(([, job]) => job), answer, ...after.map(([, job]) => job)];
    queue.activate<ActivationJob>(jobs, isReplaying, (given) => {
      for (const job of given) {
        if (job === answer) answers[seq]!();
        else told.push(beside.find(([, other]) => other === job)![0]);
      }
    });
    await quiet();
  };
  return { queue, look, told, sent, activation, nextTask: () => void task++, waits };
}

test('calls of one turn are asked about together and answered in their order, those that run first; later ones wait', async () => {
  const { look, told, sent, activation } = scene();
  for (const type of ['hit 1', 'miss 1', 'hit 2', 'miss 2']) void look(type);
  await quiet();
  void look('hit 3');
  await quiet();
  expect(sent).toEqual([['hit 1', 'miss 1', 'hit 2', 'miss 2']]);
  await activation(false);
  expect(told).toEqual(['miss 1 runs', 'miss 2 runs', 'hit 1 is served', 'hit 2 is served']);
  expect(sent.slice(1)).toEqual([['hit 3']]);
});

test.each([
  ['live, where a query had cut it off, it comes first', false, ['hit is served', 'timer']],
  ['on replay it comes last', true, ['timer', 'hit is served']],
])('an answer beside other events: %s', async (_name, isReplaying, expected) => {
  const { queue, look, told, activation, nextTask } = scene();
  void look('hit');
  await quiet();
  nextTask();
  expect(queue.isLate).toBe(false);
  await activation(isReplaying, [['timer', {}]]);
  expect(told).toEqual(expected);
  expect(queue.isLate).toBe(true);
  nextTask();
  expect(queue.isLate).toBe(false);
});

test('an answer beside other events comes last where the run has just been begun again from its history', async () => {
  const { queue, look, told, activation, nextTask } = scene();
  const activate = (jobs: ActivationJob[], isReplaying: boolean) =>
    queue.activate<ActivationJob>(jobs, isReplaying, () => undefined);
  activate([{}], true);
  void look('hit');
  await quiet();
  activate([{ queryWorkflow: {} }], false);
  nextTask();
  await activation(false, [['timer', {}]]);
  expect(told).toEqual(['timer', 'hit is served']);
});

test("an answer is held as long as a local Activity of the user's is under way", async () => {
  const { queue, look, told, activation } = scene();
  void look('hit');
  await quiet();
  queue.localActivityScheduled(77);
  await activation(false);
  expect(told).toEqual([]);
  queue.activate<ActivationJob>([{ resolveActivity: { seq: 77 } }], false, () => told.push('local'));
  await quiet();
  expect(told).toEqual(['local', 'hit is served']);
});

test.each([
  ['in the same task', false],
  ['that an earlier task asked for', true],
])("an answer of a local Activity of the user's %s", (_name, isLater) => {
  const { queue, nextTask } = scene();
  queue.localActivityScheduled(77);
  if (isLater) nextTask();
  const late: boolean[] = [];
  queue.activate<ActivationJob>([{ resolveActivity: { seq: 77 } }], false, () => late.push(queue.isLate));
  expect(late).toEqual([isLater]);
  nextTask();
  expect(queue.isLate).toBe(false);
});

/** A call that is made in the Workflow Task after the one that a query has cut off, beside a local Activity. */
async function besideOne() {
  const made = scene();
  const { queue, look, nextTask } = made;
  const activate = (job: ActivationJob) => queue.activate([job], false, () => undefined);
  for (const seq of [77, 78]) queue.localActivityScheduled(seq);
  activate({ queryWorkflow: {} });
  expect(queue.isCutOff).toBe(false);
  nextTask();
  activate({ resolveActivity: { seq: 77 } });
  expect(queue.isCutOff).toBe(true);
  void look('hit');
  await quiet();
  return made;
}

test('a call beside a local Activity after a query is asked about, and its answer is not held', async () => {
  const { told, sent, activation } = await besideOne();
  expect(sent).toEqual([['hit']]);
  await activation(false);
  expect(told).toEqual(['hit is served']);
});

test('on replay such an answer comes after what stands before it, and before a local Activity that ended after it', async () => {
  const { queue, told, activation } = await besideOne();
  await activation(true, [['timer', {}]], [['local', { resolveActivity: { seq: 78 } }]]);
  expect(told).toEqual(['timer', 'hit is served', 'local']);
  expect(queue.isBesideLocalActivity).toBe(false);
});

test('an answer is held for a local Activity that is begun while it is under way, and so is nothing else', async () => {
  const { queue, told, activation } = await besideOne();
  queue.localActivityScheduled(79);
  await activation(true, [['timer', {}]], [['local', { resolveActivity: { seq: 78 } }]]);
  expect(told).toEqual(['timer', 'local']);
  queue.activate([{ resolveActivity: { seq: 79 } }], true, () => told.push('later'));
  await quiet();
  expect(told).toEqual(['timer', 'local', 'later', 'hit is served']);
});

test.each([
  [
    'a call waits: after what stands beside it has had its effects',
    true,
    ['signal', 'look-up runs', 'local'],
  ],
  ['no call waits: with what stands beside it', false, ['signal', 'local', 'look-up is sent']],
])('the end of a local Activity comes on replay, and %s', async (_name, isWaiting, expected) => {
  const { queue, told, sent, look, waits } = scene();
  queue.localActivityScheduled(77);
  waits.now = isWaiting;
  const jobs = [{}, { resolveActivity: { seq: 77 } }];
  queue.activate<ActivationJob>(jobs, true, (given) => {
    for (const { resolveActivity } of given) told.push(resolveActivity === undefined ? 'signal' : 'local');
    if (given.includes(jobs[0]!)) void Promise.resolve().then(() => look('look-up', {}));
  });
  await quiet();
  if (sent.length > 0) told.push('look-up is sent');
  expect(told).toEqual(expected);
});

test('the end of a local Activity is delivered where nothing else is to be done', async () => {
  const { queue, told, waits } = scene();
  queue.localActivityScheduled(77);
  waits.now = true;
  const jobs = [{}, { resolveActivity: { seq: 77 } }];
  queue.activate<ActivationJob>(jobs, true, (given) => void told.push(`${given.length} jobs`));
  await quiet();
  expect(told).toEqual(['1 jobs', '1 jobs']);
  expect(queue.isBesideLocalActivity).toBe(false);
});

test.each([
  [
    'has asked: one after the other; what the first one causes is sent between them',
    true,
    ['first', 'signal', 'look-up is sent', 'second'],
  ],
  ['has asked nothing: as the SDK delivers them', false, ['first', 'signal', 'second', 'look-up is sent']],
])('local Activities that end together, in a run that %s', async (_name, hasAsked, expected) => {
  const { queue, told, sent, look, activation } = scene();
  if (hasAsked) {
    void look('hit');
    await quiet();
    await activation(false);
  }
  told.length = sent.length = 0;
  const names = ['first', 'signal', 'second'];
  const jobs: ActivationJob[] = [77, undefined, 78].map((seq) => (seq === undefined ? {} : { resolveActivity: { seq } })); // prettier-ignore
  for (const seq of [77, 78]) queue.localActivityScheduled(seq);
  queue.activate<ActivationJob>(jobs, true, (given) => {
    if (sent.length > 0) told.push('look-up is sent');
    told.push(...given.map((job) => names[jobs.indexOf(job)]!));
    if (given.includes(jobs[0]!)) void Promise.resolve().then(() => look('look-up'));
  });
  await quiet();
  if (sent.length > 0 && !told.includes('look-up is sent')) told.push('look-up is sent');
  expect(told).toEqual(expected);
  expect(queue.isBesideLocalActivity).toBe(false);
});

test("a call beside which a local Activity of the user's is begun is not asked about", async () => {
  const { queue, look, sent, told } = scene();
  void look('hit');
  queue.localActivityScheduled(77);
  await quiet();
  expect(sent).toEqual([]);
  expect(told).toEqual(['hit runs']);
});

test('a call whose scope was cancelled before it was asked about is not asked about', async () => {
  const { look, told, sent } = scene();
  void look('hit 1');
  await quiet();
  fake.cancelled = true;
  void look('hit 2');
  fake.cancelled = false;
  await quiet();
  expect(sent).toEqual([['hit 1']]);
  expect(told).toEqual([]);
});

test('after the end of the run nothing is asked, and nothing is answered', async () => {
  const { look, told, sent, activation } = scene();
  void look('hit');
  await quiet();
  void look('another');
  activator.completed = true;
  await activation(false);
  expect([told, sent]).toEqual([[], [['hit']]]);
});

test('where the Worker has no Activities of ours the Workflow Task fails', async () => {
  const { look } = scene();
  fake.answer = () => Promise.reject(new ReferenceError('not registered on worker'));
  const failed = new Promise((resolve) => (activator.blockedConditions.fail = resolve));
  void look('hit');
  expect(await failed).toBeInstanceOf(ReferenceError);
});
