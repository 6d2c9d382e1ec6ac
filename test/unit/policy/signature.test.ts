/** The signature part of the key: the parameters, the declared TypeInfo and the option of that name. */
import type { CacheOptions } from '../../../src/options/cache-options';
import { functionOf, keyOf, policyOf } from '../call';

/** Under a version, so that nothing but the signature tells two functions apart. */
const keyUnder = (text: string, options: CacheOptions = {}) =>
  keyOf({ version: '1', ...options }, [1], { fn: functionOf(text) });
const withTypeInfo = (typeInfo: unknown) =>
  Object.assign(functionOf('(x) => x'), { activityDefinitionOptions: { typeInfo } });
const keyOfType = (typeInfo: unknown) => keyOf({ version: '1' }, [1], { fn: withTypeInfo(typeInfo) });

describe('reformatting a parameter list changes nothing', () => {
  test.each<[string, string]>([
    ['(a, b) => 0', '(a,b)=>0'],
    ['(a, b) => 0', '(\n  a, // first\n  b, /* second */\n) => 0'],
    ['(a) => 0', 'a => 0'],
    [`(a = 'x') => 0`, '(a = "x") => 0'],
    ['(a = (1 + 2) * 3) => 0', '(a = ((1 + 2) * 3)) => 0'],
    ['({ a, b = 1 }) => 0', '({a,b=1,}) => 0'],
    ['(a, ...rest) => 0', '( a , ... rest ) => 0'],
    ['(a, b) => 0', 'async function train(a, b) { return 1; }'],
    ['(a = () => 1) => 0', '(a = () => /* one */ 1) => 0'],
    ['(a        , b          = 1) => 0', '(a, b = 1) => 0'],
  ])('%s and %s', async (one, other) => {
    expect(await keyUnder(one)).toBe(await keyUnder(other));
  });
});

describe('another parameter list is another key', () => {
  const lists = [
    '()', '(a)', '(b)', '(a, b)', '(b, a)', '(a, b, c)', '(a = 1)', '(a = 2)', `(a = '1')`, '(a = null)', '(a = 1e999)',
    '(a = 1n)', '(a = /x/)', '(a = /x/g)', '(a = `x`)', '(a = f())', '(...a)', '([a])', '({ a })', '({ a: b })', '({ a = 1 })',
    '({ ...a })', '(a, { b })', '(a, ...b)', '({ a }, b)', '(a = () => 1)', '(a = async () => 1)', '(a = () => 2)',
  ]; // prettier-ignore

  test('adding, removing, renaming, reordering, and defaults', async () => {
    const keys = await Promise.all(lists.map((list) => keyUnder(`${list} => 0`)));
    expect(new Set(keys).size).toBe(lists.length);
  });
});

describe('parameters named by hand', () => {
  const parameters = ['data', 'params'];

  test('stand for those of the code', async () => {
    const key = await keyUnder('(data, params) => 0', { parameters });
    expect(await keyUnder('(t,e)=>0', { parameters })).toBe(key);
    expect(await keyUnder('(t,e=1,...n)=>0', { parameters })).toBe(key);
    expect(await keyUnder('(t,e)=>0', { parameters: ['data', 'other'] })).not.toBe(key);
    expect(await keyUnder('(t,e)=>0')).not.toBe(key);
  });

  test('also where the source cannot be read', async () => {
    const bound = functionOf('(data, params) => 0').bind(null);
    const key = await keyOf({ version: '1', parameters }, [1], { fn: bound });
    expect(key).toBe(await keyUnder('(t,e)=>0', { parameters }));
    expect(key).not.toBe(await keyOf({ version: '1' }, [1], { fn: bound }));
  });
});

describe('the option signature', () => {
  test('separates, and is no parameter', async () => {
    const keys = await Promise.all([
      keyUnder('(x) => 0'),
      keyUnder('(x) => 0', { signature: 'Dataset v2' }),
      keyUnder('(x) => 0', { signature: 'Dataset v3' }),
      keyUnder('(x) => 0', { signature: 'x' }),
      keyUnder('() => 0', { signature: 'x' }),
    ]);
    expect(new Set(keys).size).toBe(keys.length);
    expect(await keyUnder('(x) => 0', { signature: '' })).toBe(keys[0]);
  });
});

describe('declared TypeInfo', () => {
  const from = (value: unknown) => value;

  test('is told apart by its hints and by the source of its converters', async () => {
    const infos = [
      undefined,
      {},
      { outputType: {} },
      { inputTypes: [{}] },
      { outputType: { payloadConverterHint: 'A' } },
      { outputType: { payloadConverterHint: 'B' } },
      { outputType: { transferTypeConverter: { fromTransferType: from, toTransferType: from } } },
      {
        outputType: {
          transferTypeConverter: { fromTransferType: from, toTransferType: (x: number) => x + 1 },
        },
      },
    ];
    const keys = await Promise.all(infos.map(keyOfType));
    expect(new Set(keys).size).toBe(infos.length);
    expect(await keyOfType({ outputType: {} })).toBe(keys[2]);
  });

  test.each<[string, () => unknown]>([
    ['holds itself', () => { const hint: any = {}; hint.self = hint; return hint; }], // prettier-ignore
    ['holds a bigint', () => 1n],
    ['throws while it is read', () => ({ get a() { throw new Error('no'); } })], // prettier-ignore
  ])('that %s is no obstacle to caching', async (_name, hint) => {
    const typeInfo = { outputType: { payloadConverterHint: hint() } };
    expect(await keyOfType(typeInfo)).not.toBe(await keyOfType(undefined));
  });

  test('is found whatever else the function carries', () => {
    expect(policyOf({}, functionOf('(x) => x')).signature).toEqual([[expect.any(String)], null, '']);
    expect(policyOf({}, withTypeInfo({ a: 1 })).signature).toEqual([[expect.any(String)], '{"a":1}', '']);
  });
});
