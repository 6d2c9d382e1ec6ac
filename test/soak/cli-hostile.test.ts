/** What others have named or stored never reaches a terminal as it is, whichever command prints it, and wherever. */
import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { commands } from '../../src/cli/commands';
import { openStoreAt } from '../../src/cli/store';
import { CacheFile } from '../helpers/cli/cache-file';
import { failingWith, hostile, hostileServer, noteHostile, seedHostile } from '../helpers/cli/hostile';
import { run, type Seen, type Setting } from '../helpers/cli/run';

interface Scene {
  name: string;
  /** Of a JSON value, of text, and of what cannot be read. */
  keys: readonly string[];
}

/** Lines for each command, by which each of its options is used. Those that forget run last. */
const LINES: Record<string, (scene: Scene) => string[]> = {
  ls: ({ name }) => [
    'ls',
    'ls --json',
    'ls --limit 1',
    ...['activity', 'tag', 'version'].map((option) => `ls --${option} '${name}'`),
    `ls --older-than '1 ms' --scope '${name}0' --namespace '${name}0' --json`,
  ],
  show: ({ name, keys }) => [
    ...keys.flatMap((key) => [`show ${key}`, `show ${key} --json`, `show ${key} --json --value`]),
    `show ${keys[0]} --value`,
    `show ${keys[2]} --value`,
    `show ${keys[0]} --scope '${name}0' --namespace '${name}0'`,
    `show '${name}'`,
  ],
  stats: ({ name }) => ['stats', 'stats --json', `stats --scope '${name}0' --namespace '${name}0'`],
  prune: () => ['prune --max-bytes 1GB', 'prune --json', 'prune'],
  report: ({ name }) => [
    `report '${name}'`,
    `report '${name}' --json`,
    `report '${name}' --run-id '${name}'`,
    `report '${name}' --html -`,
    `report '${name}' --html './${name}/no folder' --json`,
    `report '${name}' --html x --ui-address '${name}'`,
  ],
  explain: ({ name, keys }) => [
    `explain '${name}'`,
    `explain '${name}' '${name}' --json`,
    `explain '${name}' --run-id '${name}'`,
    `explain ${keys[0]} --against ${keys[1]} --scope '${name}0' --namespace '${name}0'`,
    `explain ${keys[0]} --against ${keys[1]}`,
    `explain --activity '${name}' --input '["${name}"]' --from '${name}'`,
  ],
  reservations: () => ['reservations', 'reservations --json'],
  versions: ({ name }) => [`versions '${name}' --out /dev/null`, `versions '${name}' --json`],
  doctor: () => ['doctor --address x:1', 'doctor --address x:1 --json'],
  'serve-codec': ({ name }) => [
    'serve-codec --port 0 --json',
    `serve-codec --codec './${name}' --host '${name}'`,
    `serve-codec --ui-address '${name}'`,
  ],
  rm: ({ name, keys }) => [
    ...['activity', 'tag', 'version'].map((option) => `rm --${option} '${name}' --dry-run`),
    `rm --all --dry-run --json`,
    `rm --all`,
    `rm --all --dry-run --scope '${name}0' --namespace '${name}0'`,
    `rm ${keys[0]!.slice(0, 20)} --scope '${name}0'`,
    `rm --older-than '1 s' --scope '${name}0' --json`,
    `rm --all --yes`,
  ],
};

const SAFE_SEQUENCES = /\u001b\[(?:2|22|3[1-5]|39)m|\u001b\[\d+G|\u001b\[2K|\u001b\[0J|\r\n/g;
const UNSAFE = /(?!\n)[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]|^INJECTED/mu;

const terminal = { typed: 'no\n' };
const SETTINGS: Record<string, Setting> = {
  'a pipe': {},
  'a terminal': { terminal },
  'a terminal without colours': { terminal, env: { NO_COLOR: '1' } },
};

function expectHarmless(line: string, { out, err }: Seen): void {
  for (const text of [out, err])
    expect([line, UNSAFE.exec(text.replace(SAFE_SEQUENCES, ''))?.[0]]).toEqual([line, undefined]);
}

let cache: CacheFile;
beforeEach(() => (cache = new CacheFile()));
afterEach(() => cache.remove());

test('the table has all commands, and all their options but those that name places', () => {
  expect(Object.keys(LINES).sort()).toEqual(commands.map(({ name }) => name).sort());
  for (const { name, options } of commands) {
    const lines = LINES[name]!({ name: 'x', keys: ['a', 'b', 'c'] }).join(' ');
    const named = Object.keys(options).filter((option) => lines.includes(`--${option}`));
    const places = ['store', 'address', 'namespace'];
    expect([name, ...Object.keys(options).filter((option) => !places.includes(option))]).toEqual([
      name,
      ...Object.keys(options).filter((option) => named.includes(option) && !places.includes(option)),
    ]);
  }
});

/** A cache and a server whose names are all hostile. */
async function printed(commandName: string, name: string, setting: Setting, scopes = 1): Promise<string> {
  cache.remove();
  cache = new CacheFile();
  const keys = await seedHostile(cache, name, scopes);
  await cache.with((store) => noteHostile(store, name));
  let all = '';
  for (const polledMsAgo of [Infinity, 1_000]) {
    const connect = async () => hostileServer(name, polledMsAgo);
    for (const line of LINES[commandName]!({ name, keys })) {
      const seen = await cache.run(line, { connect, ...setting });
      expectHarmless(line, seen);
      all += seen.out + seen.err;
    }
  }
  return all;
}

describe.each(Object.keys(SETTINGS))('on %s', (where) => {
  const setting = SETTINGS[where]!;
  const silent = ['prune'];

  test.each(Object.keys(LINES))(
    '%s prints what others wrote, and none of their controls',
    async (command) => {
      await fc.assert(
        fc.asyncProperty(hostile, fc.constantFrom(1, 2), async (name, scopes) => {
          const text = await printed(command, name, setting, scopes);
          if (!silent.includes(command)) expect(text).toContain('NAME');
        }),
        { numRuns: 8, endOnFailure: true },
      );
    },
  );

  test.each(Object.keys(LINES))('%s says why a store or a server fails, in the same way', async (command) => {
    await fc.assert(
      fc.asyncProperty(hostile, async (name) => {
        const connect = async () => {
          throw new Error(name);
        };
        const failing = { store: () => failingWith(name), connect, ...setting };
        const keys = ['a', 'b', 'c'].map((digit) => digit.repeat(64));
        let all = '';
        for (const line of LINES[command]!({ name, keys })) {
          const seen = await run(line, failing);
          expectHarmless(line, seen);
          all += seen.out + seen.err;
          const elsewhere = await run(`${line} --store './${name}'`, { ...failing, openStore: openStoreAt });
          expectHarmless(line, elsewhere);
        }
        expect(all).toContain('NAME');
      }),
      { numRuns: 5, endOnFailure: true },
    );
  });

  test('words that are wrong are repeated in the same way', async () => {
    await fc.assert(
      fc.asyncProperty(hostile, async (name) => {
        for (const { name: command } of commands) {
          for (const words of [`--${name}`, `--json=${name}`, `a '${name}'`, `--limit '${name}'`]) {
            const line = `${command} '${words.replaceAll("'", '')}'`;
            expectHarmless(line, await run(line, { store: () => cache.open(), ...setting }));
          }
        }
        expectHarmless(name, await run(`'${name}'`, setting));
      }),
      { numRuns: 10, endOnFailure: true },
    );
  });
});

test('the question of rm --all names the scope without its controls', async () => {
  await seedHostile(cache, 'NAME\u001b]0;pwned\u0007\u202e');
  const { err } = await cache.run('rm --all', { terminal });
  expect(err).toContain("of scope 'NAME ]0;pwned 0'. Type 3 or yes: ");
});

test('JSON holds the very names: controls are escaped', async () => {
  await fc.assert(
    fc.asyncProperty(hostile, async (name) => {
      cache.remove();
      cache = new CacheFile();
      const [key] = await seedHostile(cache, name);
      const { out } = await cache.run('ls --json');
      const entries = JSON.parse(out) as { scope: string; activityType: string; tags: string[] }[];
      for (const entry of entries) {
        expect([entry.scope, entry.activityType, ...entry.tags]).toEqual([`${name}0`, name, name]);
      }
      const shown = await cache.run(`show ${key} --json --value`);
      expect(JSON.parse(shown.out)).toMatchObject({ version: name, value: { [name]: [name] } });
      const value = await cache.run(`show ${key} --value`);
      expect(JSON.parse(value.out)).toEqual({ [name]: [name] });
      const report = await run(`report '${name}' --json`, { connect: async () => hostileServer(name) });
      expect(JSON.parse(report.out)).toMatchObject({ rows: [{ activityId: name }, { detail: name }] });
    }),
    { numRuns: 20, endOnFailure: true },
  );
});

test('a text is written to a pipe as it is, and to a terminal with its controls escaped', async () => {
  const name = 'one\u001b[8m\r\ntwo\u202e';
  const [, key] = await seedHostile(cache, name);
  expect((await cache.run(`show ${key} --value`)).out).toBe(`${name}\n`);
  const { out } = await cache.run(`show ${key} --value`, { terminal });
  expect(out).toBe('one\\u001b[8m\\u000d\ntwo\\u202e\n');
});

test('a command that doctor proposes is one word for the shell, whatever the name holds', async () => {
  const connect = async () => hostileServer(`x'; echo pwned; '"$(id)`, 1_000);
  await cache.with((store) => noteHostile(store, 'NAME'));
  const { out } = await cache.run('doctor --address x:1 --json', { connect });
  const checks = JSON.parse(out) as { name: string; fix?: string }[];
  const [, word] = /--workflow-id (.*)$/.exec(checks.find(({ name }) => name === 'reservations')!.fix!)!;
  const { stdout } = spawnSync('sh', ['-c', `printf '[%s]' ${word}`], { encoding: 'utf8' });
  expect(stdout).toMatch(/^\[activity-cache\/v1\/.*x'; echo pwned; '"\$\(id\)\]$/);
});
