/** The dashboard and the alert rules that the package brings. What a Worker exports is compared with them in test/integration/alerts.test.ts. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { asked, dashboard, expressions, queries, recorded, rules, selectorsIn } from '../helpers/promql';

const METRICS = [
  ...readFileSync(join(__dirname, '../../src/worker/metrics.ts'), 'utf8').matchAll(/'(activity_cache_\w+)'/g),
].map(([, name]) => name!);

test('a text that is no PromQL is refused', () => {
  expect(() => selectorsIn('sum by (a (b)')).toThrow('No PromQL');
  expect(() => selectorsIn('rate(a[5m]')).toThrow('No PromQL');
});

test.each(expressions)("Prometheus' own grammar accepts %s", (expr) => {
  expect(selectorsIn(expr).length).toBeGreaterThan(0);
});

test('each metric is shown and none is invented; waiting, hits, joined calls, reasons and errors are among it', () => {
  const names = new Set(asked.map(({ metric }) => metric.replace(/_bucket$/, '')));
  expect([...names].sort()).toEqual([...METRICS].sort());
  const shown = new Set(queries.flatMap(({ expr }) => selectorsIn(expr).map(({ metric }) => metric)));
  expect(shown.size).toBe(METRICS.length);
});

test('each recorded series is used', () => {
  expect(recorded.filter((name) => rules.split(name).length < 3)).toEqual([]);
});

test('the data source is chosen in Grafana, and no identity is built in', () => {
  const [source, type] = dashboard.templating.list;
  expect(source).toMatchObject({ name: 'datasource', type: 'datasource', query: 'prometheus' });
  const chosen = { type: 'prometheus', uid: '${datasource}' };
  const used = [type!, ...dashboard.panels, ...queries].map(({ datasource }) => datasource);
  expect(used).toEqual(used.map(() => chosen));
  expect(dashboard).not.toHaveProperty('id');
  expect(dashboard).not.toHaveProperty('uid');
});

test.each(queries)('the legend of $expr names labels that it groups by', ({ expr, legendFormat = '' }) => {
  const grouped = selectorsIn(expr).flatMap(({ grouped }) => grouped);
  const named = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label);
  expect(named.filter((label) => !grouped.includes(label!))).toEqual([]);
});

test('each alert has a made-up case in which it fires', () => {
  const cases = readFileSync(join(__dirname, '../programs/alert-rules/cases.yml'), 'utf8');
  const alerts = [...rules.matchAll(/alert: (\w+)/g)].map(([, name]) => name!);
  const firing = [...cases.matchAll(/alertname: (\w+)\n +exp_alerts:\n/g)].map(([, name]) => name!);
  expect(alerts.length).toBeGreaterThanOrEqual(5);
  expect(alerts.filter((name) => !firing.includes(name))).toEqual([]);
});
