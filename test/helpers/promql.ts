/** The PromQL of dashboards/, and what it asks for, by Prometheus' own grammar. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LRParser } from '@lezer/lr';

// Its types say that it is an ES module only.
// eslint-disable-next-line @typescript-eslint/no-require-imports
const { parser } = require('@prometheus-io/lezer-promql') as { parser: LRParser };

const read = (file: string) => readFileSync(join(__dirname, '../../dashboards', file), 'utf8');

export const rules = read('alerts.yml');
export const dashboard = JSON.parse(read('grafana.json')) as Dashboard;

export interface Query {
  expr: string;
  legendFormat?: string;
  datasource: unknown;
}

interface Dashboard {
  uid?: string;
  templating: { list: { name: string; type: string; datasource?: unknown; query: unknown }[] };
  panels: { title: string; datasource: unknown; targets: Query[] }[];
}

/** The queries of the panels, as Grafana sends them. */
export const queries: Query[] = dashboard.panels.flatMap(({ targets }) =>
  targets.map((query) => ({
    ...query,
    expr: query.expr.replaceAll('$activity_type', '.*').replace(/\$__rate_interval|\$__range/g, '5m'),
  })),
);

/** The expressions of the rules and of the panels. */
export const expressions: string[] = [
  ...[...rules.matchAll(/^ +expr: (?:>\n((?: {10}.*\n)+)|(.*)\n)/gm)].map(
    ([, folded, one]) => folded ?? one!,
  ),
  ...queries.map(({ expr }) => expr),
];

/** The names that rules give to what they record. */
export const recorded: string[] = [...rules.matchAll(/record: (.+)/g)].map(([, name]) => name!);

export interface Selector {
  metric: string;
  matchers: { label: string; op: string; value: string }[];
  /** The labels by which the expression around it groups. */
  grouped: string[];
}

/** @throws if it is not PromQL */
export function selectorsIn(expr: string): Selector[] {
  const selectors: Selector[] = [];
  const grouped: string[] = [];
  const textOf = ({ from, to }: { from: number; to: number }) => expr.slice(from, to);
  parser.parse(expr).iterate({
    enter: ({ node }) => {
      if (node.type.isError) throw new Error(`No PromQL at ${node.from}: ${expr}`);
      if (node.name === 'GroupingLabels') grouped.push(...node.getChildren('LabelName').map(textOf));
      if (node.name !== 'VectorSelector') return;
      const matchers = (node.getChild('LabelMatchers')?.getChildren('UnquotedLabelMatcher') ?? []).map(
        (one) => ({
          label: textOf(one.getChild('LabelName')!),
          op: textOf(one.getChild('MatchOp')!),
          value: textOf(one.getChild('StringLiteral')!).slice(1, -1),
        }),
      );
      selectors.push({ metric: textOf(node.getChild('Identifier')!), matchers, grouped });
    },
  });
  return selectors;
}

export const asked: Selector[] = expressions
  .flatMap(selectorsIn)
  .filter(({ metric }) => !recorded.includes(metric));
