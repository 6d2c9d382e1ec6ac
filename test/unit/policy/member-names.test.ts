/** What is said of an argument that cannot be keyed, where names of members may be data. */
import { inspect } from 'node:util';
import { type CacheOptions } from 'temporal-activity-cache';
import { digester } from '../../../src/key/key';
import { toLayer } from '../../../src/options/layer';
import { Identifier } from '../../../src/policy/identify';
import { resolvePolicy } from '../../../src/policy/resolve';

const NAME = 'patient-ann-hiv-positive';

async function saidOf(arg: unknown, hideMemberNames: boolean, options: CacheOptions = {}) {
  const fn = async (_patients: unknown) => 1;
  const layer = toLayer({ version: '1', parameters: ['patients'], ...options }, 'test');
  const { policy } = resolvePolicy([layer], fn, 'test', 'strict');
  const space = { scope: '', vary: [], digest: digester(), keepInputDigests: true, hideMemberNames };
  const info = { activityType: 'f', namespace: 'n' } as never;
  const identity = await new Identifier(policy, space).identify({ args: [arg], headers: {}, info });
  if (identity.key !== undefined) throw new Error('it has a key');
  return identity;
}

const throwing = Object.defineProperty({}, NAME, {
  enumerable: true,
  get: () => {
    throw new Error(`no ${NAME}`);
  },
});

test.each<[string, unknown, CacheOptions, string]>([
  ['a member', { byPatient: { [NAME]: () => 1 } }, {}, 'patients.…: a function has no value to compare'],
  ['the argument itself', () => 1, {}, 'patients: a function has no value to compare'],
  ['a member whose getter throws', throwing, {}, 'patients.…: reading it threw'],
  ['what key answers', 1, { key: () => ({ [NAME]: () => 1 }) }, '…: a function has no value to compare'],
])(
  'hidden: %s is told by its parameter alone, in the error that is logged too',
  async (_, arg, options, says) => {
    const { detail, error } = await saidOf(arg, true, options);
    expect(detail).toBe(says);
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(NAME);
  },
);

test('not hidden: the path is told', async () => {
  const { detail } = await saidOf({ byPatient: { [NAME]: () => 1 } }, false);
  expect(detail).toBe(`patients.byPatient.${NAME}: a function has no value to compare`);
});
