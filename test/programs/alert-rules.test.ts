/** Prometheus itself judges the rules and the queries, where `promtool` is on the PATH. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expressions } from '../helpers/promql';

const hasPromtool = spawnSync('promtool', ['--version']).status === 0;
const judged = hasPromtool ? test : test.skip;
const why = hasPromtool ? '' : ' (skipped: no promtool on the PATH, which the Debian package prometheus has)';
const promtool = (...words: string[]) => execFileSync('promtool', words, { encoding: 'utf8', stdio: 'pipe' });

const folder = mkdtempSync(join(tmpdir(), 'alert-rules-'));
afterAll(() => rmSync(folder, { recursive: true }));

judged(`on made-up series each alert fires when it must, and only then${why}`, () => {
  expect(promtool('test', 'rules', join(__dirname, 'alert-rules/cases.yml'))).toContain('SUCCESS');
});

judged(`Prometheus accepts each rule, and each query of the dashboard${why}`, () => {
  const rules = expressions.map((expr, i) => ({ record: `query:${i}`, expr }));
  const file = join(folder, 'queries.yml');
  writeFileSync(file, JSON.stringify({ groups: [{ name: 'queries', rules }] }));
  const alerts = join(__dirname, '../../dashboards/alerts.yml');
  expect(promtool('check', 'rules', alerts, file)).toContain(`SUCCESS: ${rules.length} rules found`);
});
