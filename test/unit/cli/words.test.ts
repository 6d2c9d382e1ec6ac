/** Words on the command line: what is understood, what is refused, and how. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { commands } from '../../../src/cli/commands';
import { CacheFile } from '../../helpers/cli/cache-file';
import { run } from '../../helpers/cli/run';

const cache = new CacheFile();
beforeAll(() => cache.seed({ activityType: 'a', input: '1' }));
afterAll(() => cache.remove());

test('alone, and with --help, the commands are listed', async () => {
  for (const line of ['', '--help', '-h', 'help']) {
    const { code, out, err } = await run(line);
    expect([code, err]).toEqual([0, '']);
    for (const { name, summary } of commands)
      expect(out).toMatch(new RegExp(`^  ${name}\\b.* ${summary}$`, 'm'));
  }
});

test.each(commands.map(({ name }) => name))(
  '%s --help names each option, an example and the environment',
  async (name) => {
    const { options, examples, variables } = commands.find((command) => command.name === name)!;
    const { code, out } = await run(`${name} --help`);
    expect(code).toBe(0);
    for (const option of Object.keys(options)) expect(out).toContain(`\n  --${option}`);
    for (const [line] of examples) expect(out).toContain(`\n  activity-cache ${line}\n`);
    for (const variable of Object.keys(variables)) expect(out).toContain(`\n  ${variable} `);
    expect(await run(`help ${name}`)).toMatchObject({ code: 0, out });
  },
);

test('each example of the help is understood', async () => {
  for (const { name, examples } of commands) {
    for (const [line] of examples) {
      const { code, err } = await cache.run(line.replace(/ \|.*/, ''));
      expect([name, line, code === 2 ? err : '']).toEqual([name, line, '']);
    }
  }
});

test('--version is that of the package; of a command, that of an Activity', async () => {
  const { version } = JSON.parse(readFileSync(join(__dirname, '../../../package.json'), 'utf8')) as {
    version: string;
  };
  expect(await run('--version')).toMatchObject({ code: 0, out: `${version}\n` });
  expect(await cache.run('ls --version none')).toMatchObject({ code: 0, out: '', err: 'No entries.\n' });
});

test.each([
  [
    'lst',
    `unknown command 'lst'; did you mean 'ls'? Commands: ls, show, stats, rm, prune, report, explain, reservations, doctor`,
  ],
  ['delete x', `unknown command 'delete'; did you mean 'rm'? Commands: `],
  ['frobnicate', `unknown command 'frobnicate'. Commands: `],
  [
    'ls --activty x',
    `ls: unknown option '--activty'; did you mean '--activity'? See activity-cache ls --help`,
  ],
  ['ls --Tag x', `ls: unknown option '--Tag'; did you mean '--tag'?`],
  ['ls --qqqqqqqq', `ls: unknown option '--qqqqqqqq'. See activity-cache ls --help`],
  ['ls -x', `ls: unknown option '-x'`],
  ['ls trainModel', `ls: what is 'trainModel' for? See activity-cache ls --help`],
  ['ls activity', `ls: what is 'activity' for; did you mean '--activity'?`],
  ['ls --activity', `ls: Option '--activity <value>' argument missing`],
  ['ls --json=yes', `ls: Option '--json' does not take an argument`],
  ['ls --tag a --tag b', `ls: --tag is given twice`],
  ['ls --limit 0', `--limit must be a whole number above 0, not '0'`],
  ['ls --limit many', `--limit must be a whole number above 0, not 'many'`],
  [`ls --older-than '3 moons'`, `--older-than '3 moons' is no duration; write it like '30 days'`],
  ['ls --older-than=-5d', `--older-than '-5d' is no duration`],
  ['prune --max-bytes lots', `--max-bytes 'lots' is no size; write it like 500MB`],
  ['prune --scope x', `prune: unknown option '--scope'`],
  ['show', `show: give KEY. See activity-cache show --help`],
  ['show a b', `show: what is 'b' for?`],
  ['show trainModel', `'trainModel' is no key: a key is up to 64 digits 0-9a-f`],
  ['rm', `rm: say what: a KEY, --activity, --tag, --version, --older-than, or --all`],
  ['rm --scope x --namespace y', `rm: say what: `],
  ['rm abc --tag x', `rm: give either keys, or options`],
  ['rm abc --all', `rm: give either keys, or options`],
  ['rm --all --activity x', `rm: --all is all: give no other option that selects`],
  ['report', `report: give WORKFLOW_ID`],
])('wrong use, code 2, one line that says how: %s', async (line, says) => {
  const { code, out, err } = await cache.run(line);
  expect([code, out]).toEqual([2, '']);
  expect(err).toMatch(/^activity-cache: .*\n$/);
  expect(err).toContain(says);
});

test('an option may stand before or after operands, and be joined to its value', async () => {
  for (const line of ['ls --activity=a --json', 'ls --json --activity a']) {
    expect(JSON.parse((await cache.run(line)).out)).toHaveLength(1);
  }
});
