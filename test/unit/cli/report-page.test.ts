/** `report --html`: where the page goes, and what is said. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serverOf } from '../../helpers/cli/history';
import { run } from '../../helpers/cli/run';

const connect = async () => serverOf('id', [{ activityType: 'train', status: 'stored', durationMs: 1_000 }]);

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'page-'))));
afterAll(() => rmSync(folder, { recursive: true }));

test('the page is written to the file, over what was there, and one line says so', async () => {
  const file = join(folder, 'run.html');
  writeFileSync(file, 'x'.repeat(100_000));
  const { code, out, err } = await run(`report id --html '${file}'`, { connect });
  expect([code, out, err]).toEqual([0, '', `Wrote ${file}. It needs no network: open it in a browser.\n`]);
  expect(readFileSync(file, 'utf8')).toMatch(/^<!doctype html>.*<\/html>\n$/s);
});

test('- is stdout, and nothing else is said', async () => {
  const { code, out, err } = await run('report id --html -', { connect });
  expect([code, err]).toEqual([0, '']);
  expect(out).toMatch(/^<!doctype html>.*<\/html>\n$/s);
});

test('--json prints the report beside the page', async () => {
  const file = join(folder, 'beside.html');
  const { out } = await run(`report id --json --html '${file}'`, { connect });
  expect(JSON.parse(out)).toMatchObject({ totals: { calls: 1, stored: 1 } });
  expect(readFileSync(file, 'utf8')).toContain('train');
});

test('what cannot be written is a failure that names the file and the reason', async () => {
  mkdirSync(join(folder, 'a-folder'));
  for (const [name, reason] of [
    ['a-folder', 'EISDIR'],
    ['no/such/folder.html', 'ENOENT'],
  ]) {
    const file = join(folder, name!);
    const { code, out, err } = await run(`report id --html '${file}'`, { connect });
    expect([code, out]).toEqual([1, '']);
    expect(err).toContain(`activity-cache: ${file} cannot be written: ${reason}`);
  }
});

test.each([
  ["report id --html ''", '--html: it takes the name of a file, or -'],
  ['report id --html - --json', '--html - and --json both print to stdout'],
  ['report id --html x --ui-address localhost:8233', '--ui-address localhost:8233: it takes a URL such as'],
  ['report id --ui-address http://x', '--ui-address is for --html'],
])('wrong use, before a server is asked: %s', async (line, said) => {
  const { code, err } = await run(line);
  expect(code).toBe(2);
  expect(err).toContain(said);
});

test('a Workflow that is not there has no page', async () => {
  const file = join(folder, 'none.html');
  expect(await run(`report other --html '${file}'`, { connect })).toMatchObject({ code: 1, out: '' });
  expect(() => readFileSync(file)).toThrow('ENOENT');
});

test('links lead to the UI that is named', async () => {
  const { out } = await run('report id --html - --ui-address https://ui.example/', { connect });
  expect(out).toContain('href="https://ui.example/namespaces/default/workflows/id/run/history"');
});
