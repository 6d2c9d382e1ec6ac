import { Buffer } from 'node:buffer';
import Database from 'libsql';
import { above } from '../../../src/store/prefix';
import { SQL } from '../../../src/store/sqlite/statements';
import { openSchema } from '../../../src/store/sqlite/schema';

const bytes = (text: string) => Buffer.from(text, 'utf8');

test.each(['a', 'a/', 'worker/', 'é', '\ud7ff', '😀', 'a\u{10ffff}', '%', ' '])(
  'what begins with %j is below its end, and nothing else is between them',
  (prefix) => {
    const end = above(prefix)!;
    for (const rest of ['', '\0', 'a', '\uffff', '😀', '\u{10ffff}\u{10ffff}'])
      expect(Buffer.compare(bytes(prefix + rest), bytes(end))).toBe(-1);
    expect(end.startsWith(prefix)).toBe(false);
    expect(end.isWellFormed()).toBe(true);
  },
);

test.each(['', '\u{10ffff}'])('nothing is above what begins with %j', (prefix) => {
  expect(above(prefix)).toBe(undefined);
});

test('notes are found by their index, not by reading all of them', () => {
  const db = new Database(':memory:');
  openSchema(db, ':memory:');
  const plan = db.prepare(`EXPLAIN QUERY PLAN ${SQL.notes}`).all(['a', 'b']);
  expect(JSON.stringify(plan)).toMatch(/SEARCH notes USING PRIMARY KEY \(name>\? AND name<\?\)/);
  db.close();
});
