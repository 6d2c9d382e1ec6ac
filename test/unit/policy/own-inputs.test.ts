/** Calls share a key only if neither of them sees a difference: random declarations, calls that ignore inputs by themselves, and arguments. */
import fc from 'fast-check';
import { encode } from '../../../src/key/canonical';
import { digester } from '../../../src/key/key';
import { toLayer } from '../../../src/options/layer';
import { Identifier } from '../../../src/policy/identify';
import { type Policy, resolvePolicy } from '../../../src/policy/resolve';
import { callWith } from '../call';

const PATHS = ['0', '1', '1.a', '1.b', '1.b.c', 'x', 'more', 'more.a', 'rest', '3'];
const fn = async (_x: unknown, _more?: unknown, ..._rest: unknown[]) => 0;

/** Its JSON has members that the object itself has not. */
class Wrapped {
  constructor(private readonly inner: unknown) {}

  toJSON(): unknown {
    return this.inner;
  }
}

const plain = fc.record(
  {
    a: fc.constantFrom(0, 1, undefined),
    b: fc.constantFrom({ c: 0 }, { c: 1 }, {}),
    n: fc.constantFrom(0, 1),
  },
  { requiredKeys: [] },
);
const argument = fc.oneof(
  fc.constantFrom(undefined, 0, 'evil', new Map([['a', 1]]), () => 'cannot be encoded'),
  plain,
  plain.map((inner) => new Wrapped(inner)),
);
const paths = fc.subarray(PATHS, { maxLength: 3 });
const call = fc.record({
  own: fc.option(paths, { nil: undefined }),
  args: fc.array(argument, { maxLength: 4 }),
});

function policyOf(declared: string[], own: string[] | undefined): Policy {
  const below = toLayer({ version: '1', ignoredInputs: declared }, 'test');
  const callSite = own && toLayer({ ignoredInputs: own }, 'test');
  const layers = [...(callSite ? [callSite] : []), below];
  return resolvePolicy(layers, fn, 'test', 'lenient', { callSite }).policy;
}

const keyOf = async (policy: Policy, args: unknown[]) => {
  const space = { scope: '', vary: [], digest: digester(), keepInputDigests: true };
  return (await new Identifier(policy, space).identify(callWith(args))).key;
};

test('a call shares a key only with calls whose arguments are the same to both', async () => {
  let shared = 0;
  await fc.assert(
    fc.asyncProperty(paths, call, call, async (declared, one, other) => {
      const policies = [one, other].map(({ own }) => policyOf(declared, own));
      const keys = await Promise.all([one, other].map(({ args }, i) => keyOf(policies[i]!, args)));
      if (keys[0] === undefined || keys[0] !== keys[1]) return;
      shared++;
      for (const { mask } of policies) expect(encode(one.args, mask)).toBe(encode(other.args, mask));
    }),
    { numRuns: 6_000, seed: 12 },
  );
  expect(shared).toBeGreaterThan(100);
});
