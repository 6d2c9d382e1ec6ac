/** Automatic versions do not depend on the version of Node, on the process, or on the folder. */
import { execFileSync } from 'node:child_process';
import { readingsOf } from '../helpers/generated-project/run';

/** Such a Node, from npm. It stays in npm's own cache. */
function nodeOf(major: number): string | undefined {
  try {
    const print = ['node', '-p', 'process.execPath'];
    const npm = ['exec', '--yes', `--package=node@${major}`, '--', ...print];
    return execFileSync('npm', npm, { encoding: 'utf8', timeout: 100_000 }).trim();
  } catch {
    console.warn(`Skipped for want of Node ${major}: npm could not install it.`);
    return undefined;
  }
}

describe.each([20, 22, 24].map((major) => [major, nodeOf(major)] as const))('Node %d', (major, node) => {
  (node === undefined ? test.skip : test).each(['tsc', 'tsc-esm'] as const)(
    'has the versions of this one, of a generated project and its edits as %s compiles them',
    (format) => {
      expect(execFileSync(node!, ['-p', 'process.version'], { encoding: 'utf8' })).toMatch(`v${major}.`);
      const versions = (of?: string) =>
        readingsOf(11, 50, 10, format, of).map(({ name, versions }) => ({ name, versions }));
      expect(versions(node)).toEqual(versions());
    },
  );
});
