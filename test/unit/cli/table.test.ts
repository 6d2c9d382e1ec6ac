import { type Column, table } from '../../../src/cli/table';
import { paint, type Piece } from '../../../src/cli/paint';

const plain = (piece: Piece) => {
  const { text } = typeof piece === 'string' ? { text: piece } : piece;
  return typeof piece === 'string' || text === '' ? text : `\x1b[2m${text}\x1b[22m`;
};
const columns: Column<[string, string, string]>[] = [
  { head: 'NAME', cell: ([name]) => name },
  { head: 'N', cell: ([, n]) => paint('green', n), right: true },
  { cell: ([, , rest]) => rest },
];

test('columns stand below one another, by the width of what is seen: not of colours, and twice for 日', () => {
  const rows: [string, string, string][] = [
    ['日本', '1', 'a'],
    ['a', '1,000', ''],
  ];
  expect(table(columns, rows, plain).replace(/\x1b\[\d+m/g, '')).toBe(
    ['NAME      N', '日本      1  a', 'a     1,000', ''].join('\n'),
  );
});

test('without a head there are only the rows, and without these nothing', () => {
  const bare = columns.map(({ cell }) => ({ cell }));
  expect(table(bare, [['a', '1', 'b']], plain).replace(/\x1b\[\d+m/g, '')).toBe('a  1  b\n');
  expect(table(bare, [], plain)).toBe('');
});

test('the time for a table grows as its number of rows', () => {
  const time = (count: number) => {
    const rows = Array.from({ length: count }, (_, i): [string, string, string] => [`${i}`, 'x', 'y']);
    const took = Array.from({ length: 3 }, () => {
      const began = performance.now();
      table(columns, rows, plain);
      return performance.now() - began;
    });
    return Math.min(...took);
  };
  time(500); // warm
  expect(time(8_000) / time(500)).toBeLessThan(80); // 16 times as many; the square would be 256
});
