/** A walk through a bundle that fails leaves nothing behind. */
import { workflowCode } from '../../../src/key/version/workflow-code';

let walks = 0;
jest.mock('../../../src/key/version/reach/bundle-walk', () => ({
  BundleWalk: {
    of: () => {
      walks++;
      return {
        reachedBy(type: string) {
          if (type === 'broken') throw new Error('too deep');
          return { version: `walk ${walks}`, manifest: { nodes: {}, packages: [], opaque: [] } };
        },
      };
    },
  },
}));

const versionOf = (type: string) =>
  workflowCode(type, `async function ${type}() {}`, () => 'the bundle').getVersion('', {} as never);

test('after a walk that failed, others of the same bundle start anew', () => {
  const warn = jest.spyOn(process, 'emitWarning').mockReturnValue();
  expect([versionOf('first'), versionOf('second')]).toEqual(['walk 1', 'walk 1']);
  expect(versionOf('broken')).toMatch(/^[0-9a-f]{64}$/);
  expect(warn).toHaveBeenCalledWith(expect.stringContaining("'broken'"), expect.anything());
  expect(versionOf('third')).toBe('walk 2');
});
