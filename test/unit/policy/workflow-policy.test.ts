/** How a whole Workflow is cached: what its call says goes before what the Workflow says of itself. */
import { cachedWorkflow, declarationOf } from '../../../src/options/cached-workflow';
import { workflowPolicy } from '../../../src/policy/workflow-policy';

beforeAll(() => void jest.spyOn(process, 'emitWarning').mockReturnValue()); // the bundle is not known here

const source = 'async function train(x) { return x; }';
const of = (cache: unknown, own?: object) =>
  workflowPolicy({
    activityType: 'train',
    cache,
    workflow: own === undefined ? {} : { own },
  });

test('nobody says that it is cached: it is not', () => {
  expect(of(undefined, { source })).toBeUndefined();
  expect(of({ ttl: '1 day' }, { source })).toBeUndefined();
});

test('`true` is as it is declared, and automatic where it is not, or where it is disabled', () => {
  expect(of(true, { source })).toMatchObject({ behavior: 'auto' });
  expect(of(true, { source, declared: { behavior: 'disable' } })).toMatchObject({ behavior: 'auto' });
  expect(of(true, { source, declared: { version: '2' } })).toMatchObject({
    behavior: 'override',
    version: '2',
  });
  expect(of(true)).toBeUndefined(); // a parent does not know the version
});

test('a run that continues another stores without a source, and finds nothing by it', async () => {
  const policy = of('auto', {})!;
  expect(policy.behavior).toBe('auto');
  const { fn, policies } = policy;
  await expect(policies[0]!.getVersion('', { fn, activityType: 'train' })).rejects.toThrow('not known here');
});

test('fields merge one by one, the call first', () => {
  const policy = of(
    { version: '2', salt: 's' },
    { source, declared: { version: '1', ttl: 5, ignoredInputs: 0 } },
  )!;
  expect(policy).toMatchObject({ behavior: 'override', version: '2', salt: 's', ttlMs: 5 });
  expect(policy.mask).toBeDefined();
});

test('a parent, which does not see the function, and the child itself agree on all that the key is made of', () => {
  const { fn: _, policies: __, ...parent } = of({ version: '1', ignoredInputs: 0 })!;
  const { fn: ___, policies: ____, ...child } = of({ version: '1', ignoredInputs: 0 }, { source })!;
  expect(parent).toEqual(child);
});

test('by its code: another body is another version, other formatting is not', async () => {
  const versionOf = async (text: string) => {
    const [policy] = of({ behavior: 'auto' }, { source: text })!.policies;
    return policy!.getVersion('', { fn: () => undefined, activityType: 'train' });
  };
  expect(await versionOf('async function train( x ) { /* more */ return x }')).toBe(await versionOf(source));
  expect(await versionOf('async function train(x) { return x + 1; }')).not.toBe(await versionOf(source));
});

test('names of inputs need `parameters`', () => {
  expect(() => of({ version: '1', ignoredInputs: 'x' }, { source })).toThrow(/no parameter 'x'/);
  expect(
    of({ version: '1', ignoredInputs: 'x' }, { source, declared: { version: '1', parameters: ['x'] } }),
  ).toBeDefined();
});

describe('cachedWorkflow', () => {
  const fn = () => async (x: number) => x;

  test('returns the function itself, with what it was given', () => {
    const given = fn();
    expect(cachedWorkflow({ version: '1', tags: ['a'] }, given)).toBe(given);
    expect(declarationOf(given)!.data).toEqual({ version: '1', tags: ['a'] });
    expect(Object.keys(given)).toEqual([]);
  });

  test('functions do not travel to the host', () => {
    const given = cachedWorkflow({ version: '1', tags: ([x]) => [`${x}`], cacheIf: () => false }, fn());
    expect(declarationOf(given)!.data).toEqual({ version: '1' });
  });

  test('slips are errors that say what to fix', () => {
    const wrapped = cachedWorkflow('auto', fn());
    expect(() => cachedWorkflow('auto', wrapped)).toThrow(/already wrapped/);
    expect(() => cachedWorkflow({ verison: '1' } as never, fn())).toThrow(/version/);
    expect(() => cachedWorkflow({ version: '1', key: () => 1 } as never, fn())).toThrow(
      /'key' is for Activities/,
    );
    expect(() => cachedWorkflow({ version: '1', hitIf: () => true } as never, fn())).toThrow(
      /'hitIf' runs on the host: give it to the plugin of the Workers, as workflows: { TYPE: { hitIf } }/,
    );
    expect(() => cachedWorkflow({ version: '1', ignoredInputs: 'x' }, fn())).toThrow(
      /no parameter 'x': name the 'parameters', or use indexes/,
    );
    expect(() => cachedWorkflow({ polices: [] } as never, fn())).toThrow(
      /unknown field 'polices'(?!.*policies)/,
    );
    expect(() => cachedWorkflow('auto', undefined as never)).toThrow(/no function to wrap/);
  });
});
