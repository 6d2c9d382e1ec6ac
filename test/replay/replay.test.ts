/**
 * Recorded histories replay: those of Workflows with the plugin and without it, since it adds nothing to them and takes nothing away; those
 * of reservations with the Workflow as it is now; those of look-ups with the plugin.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defaultPayloadConverter } from '@temporalio/common';
import { temporal } from '@temporalio/proto';
import { Worker } from '@temporalio/worker';
import { CachePlugin } from 'temporal-activity-cache';
import { HELD, OUTCOME_METADATA } from '../../src/wire/names';
import type { ReservationMemo } from '../../src/wire/reservation';
import { decodeOutcome } from '../../src/wire/outcome';
import { labelsOf } from '../../src/wire/report-rows';
import { bundle } from '../helpers/bundle';

const { Payload } = temporal.api.common.v1;

const folder = join(__dirname, 'histories');
const files = readdirSync(folder).map((file) => file.replace('.json', ''));
const filesOf = (...kinds: string[]) => files.filter((file) => kinds.includes(file.split('-')[0]!));

interface History {
  // As JSON has them.
  events: { [attributes: string]: any }[];
}
const read = (file: string) => JSON.parse(readFileSync(join(folder, `${file}.json`), 'utf8')) as History;

const all = (file: string, attributes: string): any[] =>
  read(file).events.flatMap((event) => (event[attributes] === undefined ? [] : [event[attributes]]));

const fromBase64 = (data: string) => Buffer.from(data, 'base64').toString();

async function replay(workflows: string, history: History, withPlugin = false): Promise<void> {
  const plugins = withPlugin ? [new CachePlugin({ store: 'memory:' })] : [];
  const workflowBundle = await bundle({ workflowsPath: require.resolve(workflows), plugins });
  await Worker.runReplayHistory({ workflowBundle, plugins }, history);
}

test('there are histories from before the plugin, with a cold cache and with a warm one', () => {
  expect(filesOf('before', 'cold', 'warm').sort()).toEqual(
    ['before', 'cold', 'warm'].flatMap((kind) => [`${kind}-chain`, `${kind}-mixture`]).sort(),
  );
});

describe('of serialized Activities', () => {
  test('there are histories of who computed and who joined, of who held a turn while it waited, and of who was told so', () => {
    const outcomes = (file: string) =>
      all(file, 'activityTaskCompletedEventAttributes').map(({ result }) => {
        const label = Buffer.from(result.payloads[0].metadata[OUTCOME_METADATA], 'base64');
        return decodeOutcome(label);
      });
    const computed = ['caller-1', 'caller-2'].flatMap(outcomes).map(({ status }) => status);
    expect(computed.sort()).toEqual(['joined', 'joined', 'stored', 'stored']);
    expect(outcomes('caller-held')).toMatchObject([{ why: 'unserialized' }]);
    const [{ header }] = all('caller-held', 'workflowExecutionStartedEventAttributes');
    expect(JSON.parse(fromBase64(header.fields[HELD].data))).toEqual([outcomes('caller-holding')[0]!.key]);
  });
});

describe.each([
  ['with the plugin', true],
  ['without it', false],
])('%s', (_name, withPlugin) => {
  test.each(filesOf('before', 'cold', 'warm'))('%s replays', (file) =>
    replay('./workflows', read(file), withPlugin),
  );
  test.each(filesOf('caller'))('%s replays', (file) => replay('./callers', read(file), withPlugin));
});

describe('of look-ups', () => {
  const told = (file: string) =>
    all(file, 'markerRecordedEventAttributes')
      .filter(({ markerName }) => markerName === 'core_local_activity')
      .map(({ details }) => {
        const payload = Payload.fromObject(details.result.payloads[0] as object);
        const [label] = labelsOf(payload);
        if (label !== undefined) return decodeOutcome(label).status;
        const { answer, granted } = defaultPayloadConverter.fromPayload<{ answer: string; granted?: unknown }>(payload); // prettier-ignore
        return granted ? `${answer}, granted` : answer;
      });

  const shown = (file: string) =>
    all(file, 'markerRecordedEventAttributes').flatMap(({ details }) => {
      const text = fromBase64(String(details.result?.payloads[0].data ?? ''));
      return /^{"cache":"(\w+)/.exec(text)?.[1] ?? [];
    });

  // In those of 'lookup' no answer is readable for people.
  test.each(['lookup', 'shown'])(
    'there are %s-histories of a miss, of hits, of a turn, and of one that waited',
    (kind) => {
      expect(told(`${kind}-cold`)).toEqual(['run', 'hit']);
      expect(told(`${kind}-warm`)).toEqual(['hit', 'hit']);
      expect(told(`${kind}-granted`)).toEqual(['run, granted']);
      expect(told(`${kind}-waiting`)).toEqual(['wait', 'joined']);
      expect(all(`${kind}-waiting`, 'timerCanceledEventAttributes')).toHaveLength(1);
      expect(shown(`${kind}-cold`)).toEqual(kind === 'shown' ? ['miss', 'hit'] : []);
      expect(shown(`${kind}-waiting`)).toEqual(kind === 'shown' ? ['waits', 'joined'] : []);
    },
  );

  test.each(filesOf('lookup', 'shown'))('%s replays', (file) => replay('./lookups', read(file), true));
});

describe('of whole Workflows', () => {
  test('there are histories from before they were cached, and of each way they end', () => {
    const ways = [
      'cold',
      'warm',
      'continued',
      'continued-first',
      'granted',
      'waiting',
      'recorded',
      'recording',
    ];
    const names = [...ways, 'before', 'parent-cold', 'parent-warm'].map((way) => `whole-${way}`);
    expect(filesOf('whole').sort()).toEqual(names.sort());
    const lookups = (file: string) => all(`whole-${file}`, 'markerRecordedEventAttributes').length;
    expect(lookups('before')).toBe(0);
    expect(all('whole-warm', 'activityTaskScheduledEventAttributes')).toEqual([]);
    expect(all('whole-parent-warm', 'startChildWorkflowExecutionInitiatedEventAttributes')).toEqual([]);
    expect(all('whole-waiting', 'timerCanceledEventAttributes')).toHaveLength(1);
    expect(all('whole-continued-first', 'workflowExecutionContinuedAsNewEventAttributes')).toHaveLength(1);
  });

  test.each(filesOf('whole'))('%s replays', (file) => replay('./whole', read(file), true));
});

describe('of reservations', () => {
  const reservations = filesOf('reservation');
  const told = (name: string) =>
    all(`reservation-${name}`, 'workflowPropertiesModifiedEventAttributes').map(({ upsertedMemo }) => {
      const fields = Object.entries<{ data: string }>(upsertedMemo.fields);
      const memo = Object.fromEntries(
        fields.map(([field, { data }]) => [field, JSON.parse(fromBase64(data))]),
      );
      return memo as ReservationMemo;
    });
  const count = (name: string, attributes: string) => all(`reservation-${name}`, attributes).length;

  test('there are histories of every kind', () => {
    const signalled = 'signalExternalWorkflowExecutionInitiatedEventAttributes';
    expect(told('grant').map(({ holding, verdict }) => [holding.length, verdict])).toEqual([[0, 'look']]);
    expect(Math.max(...told('waiters').map(({ waiting }) => waiting))).toBe(3);
    expect(count('waiters', signalled)).toBe(1);
    const widths = new Map(told('failed-rounds').map(({ round }) => [round, 0]));
    for (const { round, holding } of told('failed-rounds')) {
      widths.set(round, Math.max(widths.get(round)!, holding.length));
    }
    expect([...widths.values()]).toEqual([1, 1, 1, 2, 4, 1]);
    expect(told('unstored').at(-1)!.verdict).toBe('run');
    expect(told('superseded').at(-1)).toMatchObject({ round: 2, verdict: 'look' });
    expect(told('left').map(({ waiting }) => waiting)).toContain(1);
    expect(told('overtaken').map(({ holder }) => holder)).toEqual(['a', '']);
    expect(told('retried')[0]!.holding).toEqual(['first#2']);
    expect(count('continued', 'workflowExecutionContinuedAsNewEventAttributes')).toBe(1);
    expect(told('continued-last').at(-1)!.verdict).toBe('look');
    expect(count('asked-alive', 'markerRecordedEventAttributes')).toBe(2);
    for (const { round } of told('asked-alive')) expect(round).toBe(1);
    for (const name of ['asked-gone', 'asked-quiet']) expect(told(name).at(-1)!.round).toBe(2);
    const [{ failure }] = all('reservation-asked-in-vain', 'markerRecordedEventAttributes');
    expect(failure).toBeDefined();
    expect(count('deadline', 'workflowExecutionSignaledEventAttributes')).toBe(0);
    expect(count('woken-by-host', 'activityTaskCompletedEventAttributes')).toBe(1);
    expect(count('woken-by-host', signalled)).toBe(1);
    expect(count('woken-by-itself', 'activityTaskFailedEventAttributes')).toBe(1);
    expect(count('woken-by-itself', signalled)).toBe(25);
    expect(told('kept-open').map(({ holder }) => holder)).toEqual(['', 'a', '']);
    expect(told('no-caller').every(({ waiting }) => waiting === 0)).toBe(true);
  });

  test.each(reservations)('%s replays', (file) => replay('../../src/workflows', read(file)));
});

describe('a history that does not fit its Workflow fails here: the replays above can fail', () => {
  test.each([
    ['cold-mixture', './workflows', 'activityTaskScheduledEventAttributes', 'activityId'],
    ['reservation-asked-gone', '../../src/workflows', 'markerRecordedEventAttributes', 'markerName'],
  ])('%s', async (file, workflows, attributes, field) => {
    const history = read(file);
    for (const { [attributes]: scheduled } of history.events) {
      if (scheduled !== undefined) scheduled[field] = 'another';
    }
    await expect(replay(workflows, history)).rejects.toThrow(/determinis/i);
  });
});
