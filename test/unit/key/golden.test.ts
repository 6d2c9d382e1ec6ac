/** SPEC.md, the golden vectors and the code say the same. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { RawValue } from '@temporalio/common';
import * as protobuf from 'protobufjs';
import { encode } from '../../../src/key/canonical';
import { digester, encodeFixed, type FixedParts, keyOf } from '../../../src/key/key';

type Call = FixedParts & { args: unknown[]; secret?: string; key: string };
type Vectors = { values: { js: string; text: string }[]; keys: Call[] };

const folder = join(__dirname, '../../../src/key');
const spec = readFileSync(join(folder, 'SPEC.md'), 'utf8');
const vectors = JSON.parse(readFileSync(join(folder, 'vectors.golden.json'), 'utf8')) as Vectors;

class Money {
  constructor(private readonly cents: number) {}
  toJSON() {
    return { cents: this.cents };
  }
}

const { root } = protobuf.parse('syntax = "proto3"; package billing; message Invoice { int32 cents = 1; }');
const Invoice = root.lookupType('billing.Invoice');

/** In a realm of its own: what the vectors say holds of values from everywhere. */
const value = (js: string): unknown => runInNewContext(`(${js})`, { Money, Invoice, RawValue, Buffer, URL });

const keyOfCall = ({ args, secret, ...parts }: Call): string =>
  keyOf(encodeFixed(parts), { label: 'inputs', text: encode(args) }, digester(secret));

/** The rows of the table whose first column has this heading, cells without their quotes. */
function table(heading: string): string[][] {
  const lines = spec.split('\n');
  const start = lines.findIndex((line) => line.startsWith(`| ${heading} `));
  const rows = lines.slice(start + 2);
  const end = rows.findIndex((line) => !line.startsWith('|'));
  return rows.slice(0, end).map((line) =>
    line
      .slice(1, -1)
      .split(' | ')
      .map((cell) => cell.trim().replace(/^`(.*)`$/s, '$1')),
  );
}

describe('golden vectors', () => {
  test.each(vectors.values)('$js is encoded as written down', ({ js, text }) => {
    expect(encode(value(js))).toBe(text);
  });

  test.each(vectors.keys)('$activityType($args) has the key written down: $key', (call) => {
    expect(keyOfCall(call)).toBe(call.key);
  });

  test('are each written down once', () => {
    const expressions = vectors.values.map(({ js }) => js);
    expect(new Set(expressions).size).toBe(expressions.length);
    expect(vectors.values.length).toBeGreaterThan(50);
    expect(vectors.keys.length).toBeGreaterThan(5);
  });
});

describe('the specification', () => {
  const examples = table('value, in JavaScript');

  test('has examples, and each row of them is read', () => {
    expect(examples.length).toBeGreaterThan(50);
    expect(examples.every((row) => row.length === 2)).toBe(true);
  });

  test.each(examples)('says of %s what the code does and the vectors hold', (js, text) => {
    const vector = vectors.values.find((each) => each.js === js);
    expect(vector?.text).toBe(text);
    expect(encode(value(js))).toBe(text);
  });

  test('says the same example key as the vectors, over the same text', () => {
    const [, head, parts] = /```\n(activity-cache-key 2)\n(9:namespace.*)\n```/.exec(spec)!;
    const key = /Its key: `([0-9a-f]{64})`/.exec(spec)![1];
    expect(digester()(`${head}\n${parts}`)).toBe(key);
    expect(vectors.keys[0]).toMatchObject({ activityType: 'square', args: [7], key });
    expect(keyOfCall(vectors.keys[0]!)).toBe(key);
  });

  test('names the parts of the key, in the order in which the text has them', () => {
    const labels = table('label').map(([label]) => label!);
    let text = encodeFixed(vectors.keys[0]!) + '6:inputs';
    expect(labels).toHaveLength(8);
    for (const label of labels) {
      const at = text.indexOf(`${label.length}:${label}`);
      expect(at).toBeGreaterThanOrEqual(0);
      text = text.slice(at);
    }
  });

  test('names the limits that the code has', () => {
    const source = readFileSync(join(folder, 'canonical.ts'), 'utf8');
    expect(spec).toContain('more than 1,000 levels');
    expect(source).toContain('MAX_DEPTH = 1_000');
    expect(spec).toContain('134,217,728');
    expect(source).toContain('MAX_LENGTH = 128 * 1024 * 1024');
  });
});
