/** What holds for every command, and what is said of a store that is not there yet. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { tmpdir } from 'node:os';
import { commands } from '../../../src/cli/commands';
import { openStoreAt } from '../../../src/cli/store';
import { serverOf } from '../../helpers/cli/history';
import { run } from '../../helpers/cli/run';

test.each(commands.map((command) => [command.name, command] as const))(
  '%s takes --store and --json',
  (_, { options }) => {
    expect(Object.keys(options)).toEqual(expect.arrayContaining(['store', 'json']));
  },
);

test('report, which needs no store, takes --store as well', async () => {
  const connect = async () => serverOf('id', [{ activityType: 'a' }]);
  const named = await run('report id --store sqlite:none.db', { connect });
  expect(named).toEqual({ ...(await run('report id', { connect })), code: 0 });
});

describe('a store that does not exist yet', () => {
  const path = join(tmpdir(), `cli-none-${process.pid}`, 'cache.db');
  const onIt = (line: string) => run(`${line} --store 'sqlite:${path}'`, { openStore: openStoreAt });

  test.each([
    ['ls', ''],
    ['ls --json', '[]\n'],
    ['ls --activity a --limit 3', ''],
    ['stats', ''],
    ['stats --json', { entries: 0, bytes: 0, byActivity: {}, stale: { entries: 0, bytes: 0 } }],
    ['stats --scope fraud', ''],
  ])('%s: has no entries, which is said and is no failure', async (line, answer) => {
    const { code, out, err } = await onIt(line);
    expect([code, typeof answer === 'string' ? out : (JSON.parse(out) as unknown)]).toEqual([0, answer]);
    expect(err).toBe(
      `No entries: there is no file ${path}; name the store by --store or ACTIVITY_CACHE_STORE; a Worker makes the file at its first cached call\n`,
    );
  });

  test.each(['show abc', 'rm --all --yes', 'prune', 'reservations'])(
    '%s: fails, and says why',
    async (line) => {
      expect(await onIt(line)).toMatchObject({
        code: 1,
        out: '',
        err: expect.stringContaining('there is no file'),
      });
    },
  );

  test('is not made by any command', async () => {
    for (const { name } of commands) await onIt(name);
    expect(existsSync(dirname(path))).toBe(false);
  });
});
