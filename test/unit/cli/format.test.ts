import fc from 'fast-check';
import {
  formatAge,
  formatBytes,
  formatDuration,
  oneLine,
  parseBytes,
  shorten,
} from '../../../src/cli/format';

const [S, MIN, H, D] = [1_000, 60_000, 3_600_000, 86_400_000];

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1_000, '1 kB'],
  [1_234, '1.2 kB'],
  [9_960, '10 kB'],
  [999_499, '999 kB'],
  [999_600, '1 MB'],
  [1_250_000_000, '1.3 GB'],
  [5e15, '5000 TB'],
])('%d bytes read as %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));

test.each([
  ['500MB', 500_000_000],
  ['500 mb', 500_000_000],
  ['1.5GiB', 1.5 * 2 ** 30],
  ['64k', 64_000],
  ['1KiB', 1_024],
  ['2TB', 2e12],
  ['12B', 12],
  ['12345', 12_345],
  ['0', 0],
  ['', undefined],
  ['MB', undefined],
  ['-1MB', undefined],
  ['1.MB', undefined],
  ['1e3', undefined],
  ['1 MB 2', undefined],
  ['5 apples', undefined],
])('the size %j is %p bytes', (text, bytes) => expect(parseBytes(text)).toBe(bytes));

test('a size that is shown can be typed, and means about the same', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 50 }), (bytes) => {
      const parsed = parseBytes(formatBytes(bytes))!;
      expect(Math.abs(parsed - bytes)).toBeLessThanOrEqual(bytes * 0.051);
    }),
  );
});

test.each([
  [0, '0 s'],
  [89 * S, '89 s'],
  [90 * S, '2 min'],
  [89 * MIN, '89 min'],
  [90 * MIN, '2 h'],
  [47 * H, '47 h'],
  [2 * D, '2 d'],
  [400 * D, '400 d'],
])('an age of %d ms reads as %s', (ms, text) => expect(formatAge(ms)).toBe(text));

test.each([
  [0, '0 ms'],
  [0.01, '<0.1 ms'],
  [3.44, '3.4 ms'],
  [27.3, '27 ms'],
  [999.4, '999 ms'],
  [999.6, '1.0 s'],
  [3_440, '3.4 s'],
  [59_960, '1 min 0 s'],
  [125_000, '2 min 5 s'],
  [3_599_600, '1 h 0 min'],
  [3 * H + 12 * MIN, '3 h 12 min'],
])('a duration of %d ms reads as %s', (ms, text) => expect(formatDuration(ms)).toBe(text));

test('what others wrote cannot move the cursor, break a line, or widen a column', () => {
  expect(oneLine('a\u001b[2J\r\nb\u0085c\u2028d')).toBe('a [2J b c d');
  expect(shorten('ein 😀 langer Text', 6)).toBe('ein 😀…');
  expect(shorten('short', 6)).toBe('short');
});
