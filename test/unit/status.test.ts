/** Outcomes travel in the metadata of results: what comes back is what was said, or `unknown`. */
import fc from 'fast-check';
import { decodeOutcome, encodeOutcome, type Outcome, STATUSES } from '../../src/wire/outcome';

const outcome: Outcome = {
  status: 'hit',
  key: 'a'.repeat(64),
  version: '1',
  origin: { workflowId: 'w', runId: 'r', activityId: '1' },
  storedAt: new Date(0).toISOString(),
  durationMs: 12.5,
};
const unknown: Outcome = { status: 'unknown', key: '', version: '', durationMs: 0 };
const decodeJson = (value: unknown) => decodeOutcome(Buffer.from(JSON.stringify(value)));

test('the list of statuses is closed', () => {
  expect(STATUSES).toEqual(['hit', 'joined', 'stored', 'unstored', 'bypassed', 'unknown']);
});

test.each(STATUSES)('%s travels as it is', (status) => {
  const said: Outcome = { ...outcome, status, detail: 'é "quoted"\n' };
  expect(decodeOutcome(encodeOutcome(said))).toEqual(said);
});

test('on the wire it is JSON with a version', () => {
  expect(JSON.parse(Buffer.from(encodeOutcome(outcome)).toString())).toEqual({ v: 1, ...outcome });
});

test('fields that are not said are not there', () => {
  const said: Outcome = { status: 'stored', why: 'new', key: 'k', version: '1', durationMs: 1 };
  expect(decodeOutcome(encodeOutcome({ ...said, detail: undefined }))).toEqual(said);
});

describe('unknown is what', () => {
  test.each<[string, unknown]>([
    ['has another version', { v: 2, ...outcome }],
    ['has no version', outcome],
    ['has a status of another version', { v: 1, ...outcome, status: 'guessed' }],
    ['has no status', { v: 1 }],
    ['has a status that every object has', { v: 1, status: 'toString' }],
    ['is a list', [1]],
    ['is null', null],
    ['is a number', 1],
    ['is a text', 'hit'],
  ])('%s', (_name, value) => {
    expect(decodeJson(value)).toEqual(unknown);
  });

  test.each<[string, any]>([
    ['is empty', new Uint8Array()],
    ['is no JSON', Buffer.from('{"v":1')],
    ['is no text', Uint8Array.of(0xff, 0xfe)],
    ['is no bytes', undefined],
    ['is null', null],
    ['is deeply nested', Buffer.from('['.repeat(200_000))],
  ])('%s', (_name, bytes) => {
    expect(decodeOutcome(bytes)).toEqual(unknown);
  });
});

test('a missing field is filled in, so that a row can be told', () => {
  expect(decodeJson({ v: 1, status: 'bypassed', reason: 'off' })).toEqual({
    ...unknown,
    status: 'bypassed',
    reason: 'off',
  });
});

test('garbage of any kind makes an outcome with a status of the list', () => {
  const wire = fc.oneof(
    fc.uint8Array(),
    fc.json().map((text) => Buffer.from(text)),
    fc
      .record({ v: fc.constantFrom(1, 2), status: fc.constantFrom('hit', 'x', 1), more: fc.jsonValue() })
      .map((value) => Buffer.from(JSON.stringify(value))),
    fc.nat(200).map((cut) => encodeOutcome(outcome).subarray(0, cut)),
  );
  const property = fc.property(wire, (bytes) => {
    expect(STATUSES).toContain(decodeOutcome(bytes).status);
  });
  fc.assert(property, { numRuns: 3_000 });
});
