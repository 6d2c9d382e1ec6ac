/** The header: what it says, for whom, and that nothing in it can do harm. */
import { defaultPayloadConverter } from '@temporalio/common';
import fc from 'fast-check';
import { modeFor, writeHeader } from '../../../src/wire/run-control';
import { readControl, readHeader } from '../../../src/options/run-control';
import { splitCache } from '../../../src/options/run-options';

test('what is written is read', () => {
  for (const control of [
    { mode: 'use' },
    { mode: 'overwrite', activities: ['train*'], run: 'r' },
    { mode: 'off', activities: [] },
  ] as const) {
    expect(readHeader(writeHeader(control))).toEqual({ control });
  }
});

test('the JSON that the Temporal CLI sends is read', () => {
  const payload = {
    metadata: { encoding: Buffer.from('json/plain') },
    data: Buffer.from('{"mode":"overwrite"}'),
  };
  expect(readHeader(payload)).toEqual({ control: { mode: 'overwrite' } });
});

test('no header is no control', () => {
  expect([readHeader(undefined), readHeader(null), readControl(undefined), readControl(null)]).toEqual([
    {},
    {},
    {},
    {},
  ]);
});

test.each<[string, unknown]>([
  ['a text', 'overwrite'],
  ['a number', 7],
  ['a list', ['overwrite']],
  ['an unknown mode', { mode: 'OVERWRITE' }],
  ['no mode', {}],
  ['a mode of the prototype', { mode: 'toString' }],
  ['activities that are a text', { mode: 'off', activities: 'f' }],
  ['activities that are no texts', { mode: 'off', activities: [1] }],
  ['too many activities', { mode: 'off', activities: Array(101).fill('f') }],
  ['an activity that is too long', { mode: 'off', activities: ['f'.repeat(1_001)] }],
])('%s is no control, and it is said what is wrong', (_name, value) => {
  const { control, problem } = readControl(value);
  expect(control).toBeUndefined();
  expect(problem).toMatch(/^(it|its) /);
});

test('whatever bytes a header holds, reading it does not throw', () => {
  fc.assert(
    fc.property(
      fc.uint8Array(),
      fc.constantFrom('json/plain', 'binary/null', 'binary/plain', 'json/protobuf', ''),
      (data, encoding) => {
        const { control } = readHeader({ metadata: { encoding: Buffer.from(encoding) }, data });
        return control === undefined || typeof control.mode === 'string';
      },
    ),
  );
  fc.assert(fc.property(fc.anything(), (value) => readControl(value) !== undefined));
  expect(readHeader({})).toHaveProperty('problem');
});

test('a run id that is no text, or too long, is left out', () => {
  const read = (run: unknown) =>
    readHeader(defaultPayloadConverter.toPayload({ mode: 'overwrite', run })).control;
  expect([read(7), read({}), read('r'.repeat(2_000))]).toEqual(Array(3).fill({ mode: 'overwrite' }));
});

test.each([
  ['train', 'train', true],
  ['train', 'trainModel', false],
  ['train*', 'trainModel', true],
  ['train*', 'train', true],
  ['*Model', 'trainModel', true],
  ['*ain*od*', 'trainModel', true],
  ['a*a', 'a', false],
  ['a*a', 'aa', true],
  ['ab*ba', 'aba', false],
  ['*', '', true],
  ['', '', true],
  ['', 'f', false],
  ['**', 'f', true],
  ['f.*', 'fx', false],
  ['[a-z]', 'a', false],
])('the pattern %j, of the type %j: %s', (pattern, type, expected) => {
  expect(modeFor({ mode: 'off', activities: [pattern] }, type)).toBe(expected ? 'off' : 'use');
});

test('without patterns a mode holds for all, without control everything is used', () => {
  expect([
    modeFor({ mode: 'readonly' }, 'f'),
    modeFor(undefined, 'f'),
    modeFor({ mode: 'off', activities: [] }, 'f'),
  ]).toEqual(['readonly', 'use', 'use']);
});

test('patterns agree with what regular expressions say, and take no longer for hostile ones', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 });
  const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 8 });
  fc.assert(
    fc.property(pattern, text, (glob, type) => {
      const expression = new RegExp(`^${glob.replaceAll('*', '[^]*')}$`);
      return (modeFor({ mode: 'off', activities: [glob] }, type) === 'off') === expression.test(type);
    }),
    { numRuns: 2_000 },
  );
  expect(modeFor({ mode: 'off', activities: ['*a'.repeat(499) + '*b'] }, 'a'.repeat(100_000))).toBe('use');
});

test('options of a start are checked, with the nearest valid name', () => {
  expect(splitCache({ mode: 'off' }, 'here')).toEqual({ control: { mode: 'off' } });
  expect(splitCache({ version: '1', mode: 'use' }, 'here')).toEqual({
    control: { mode: 'use' },
    call: { version: '1' },
  });
  expect(splitCache({ version: '1' }, 'here')).toEqual({ call: { version: '1' } });
  expect(splitCache(true, 'here')).toEqual({ call: true });
  expect(splitCache(false, 'here')).toEqual({ call: { behavior: 'disable' } });
  expect(splitCache('auto', 'here')).toEqual({ call: { behavior: 'auto' } });
  for (const [given, message] of [
    [{ mod: 'off' }, "here, cache: unknown field 'mod'; did you mean 'mode'?"],
    [{ overwrite_cache: true }, "did you mean 'mode'?"],
    [{ mode: 'OFF' }, 'its mode is not one of use, overwrite, readonly, off'],
    [{ mode: 'off', activities: 'f' }, 'its activities are not a list of at most 100 patterns'],
    [{ activities: ['f'] }, "here, cache: 'activities' limits a mode: give 'mode' beside it"],
    ['off', "is not one of 'auto', 'override', 'disable'"],
    [null, 'cache must be true, false, a behavior, or an object'],
    [{ version: '' }, 'version must be a text'],
    [{ parameters: ['x'] }, "unknown field 'parameters'"],
  ] as const) {
    expect(() => splitCache(given, 'here')).toThrow(message);
  }
});
