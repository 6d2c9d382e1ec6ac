/** `report`: what the cache did in one run. */
import type { WorkflowHandle } from '@temporalio/client';
import { shortKey } from '../../key/key';
import { type CacheReport, cacheReport, type CacheReportRow } from '../../report/report';
import { Explainer } from '../../explain/explain';
import { type Call, command } from '../command';
import { formatAge, formatDuration, percent, shorten } from '../format';
import type { Screen } from '../screen';
import { STORE, STORE_VARIABLES, withStoreToRead } from '../store';
import { type Color, paint } from '../paint';
import type { Column } from '../table';
import { noRun, TEMPORAL, TEMPORAL_VARIABLES } from '../temporal';

export const report = command({
  name: 'report',
  operands: { usage: 'WORKFLOW_ID', least: 1, most: 1 },
  summary: 'Report what the cache did in one run of a Workflow.',
  about: `Read from the run's history: running or closed; the store, where there is one, tells what is new. Results that a codec has encoded tell nothing here: the library's
cacheReport(handle) reads them through the codec of its client.`,
  options: {
    'run-id': { type: 'string', value: 'RUN_ID', about: 'this run; default: the latest' },
    ...TEMPORAL,
    ...STORE,
  },
  examples: [
    ['report ml-pipeline/exp-001', 'of the latest run'],
    ['report ml-pipeline/exp-001 --address temporal.example:7233 --namespace ml --json', 'of another server'],
  ],
  variables: { ...STORE_VARIABLES, ...TEMPORAL_VARIABLES },
  async run(call) {
    const { given, operands, screen, context } = call;
    screen.progress('asking the Temporal server ...');
    const temporal = await context.connect({ address: given.address, namespace: given.namespace });
    try {
      const handle = temporal.client.workflow.getHandle(operands[0]!, given['run-id']);
      const found = await cacheReport(handle).catch(noRun(temporal, operands[0]!));
      const isNew = found.rows.some(({ why, detail }) => why === 'new' && detail === undefined);
      if (isNew) await explainNew(call, handle, found);
      await (given.json ? screen.json(found) : print(found, screen));
    } finally {
      await temporal.close();
    }
  },
});

/** Says what is new, where the store can be read. The report itself does not need the store. */
async function explainNew(
  call: Call<typeof STORE>,
  handle: WorkflowHandle,
  found: CacheReport,
): Promise<void> {
  try {
    await withStoreToRead(call, async (store) => {
      found.rows = await new Explainer(store).details(handle, found.rows);
    });
  } catch (error) {
    if (call.given.store !== undefined) throw error;
    call.screen.say(`What is new cannot be told: ${(error as Error).message}`);
  }
}

async function print({ rows, totals }: CacheReport, screen: Screen): Promise<void> {
  if (rows.length === 0) {
    return screen.say(
      'No rows: no cached Activity has completed in this run, or a codec has encoded the results.',
    );
  }
  await screen.table(columnsOf(rows), rows);
  const { hit, joined, calls, hitRate, savedMs } = totals;
  const rate = calls > 0 ? ` (hit rate ${percent(hitRate)})` : '';
  await screen.print();
  await screen.print(
    `${hit + joined} of ${calls} calls came from the cache${rate}, which saved ${formatDuration(savedMs)}.`,
  );
}

const COLORS: Partial<Record<CacheReportRow['status'], Color>> = {
  hit: 'green',
  joined: 'green',
  stored: 'yellow',
};

function columnsOf(rows: readonly CacheReportRow[]): Column<CacheReportRow>[] {
  const columns: (Column<CacheReportRow> | false)[] = [
    { head: 'ACTIVITY', cell: ({ activityType }) => shorten(activityType, 40) },
    { head: 'ID', cell: ({ activityId }) => shorten(activityId, 40) },
    { head: 'STATUS', cell: ({ status }) => paint(COLORS[status] ?? 'magenta', status) },
    { head: 'WHY', cell: (row) => shorten(whyOf(row), 60) },
    {
      head: 'TOOK',
      right: true,
      cell: (row) => (row.savedMs === undefined ? formatDuration(row.durationMs) : ''),
    },
    {
      head: 'SAVED',
      right: true,
      cell: ({ savedMs }) => (savedMs === undefined ? '' : formatDuration(savedMs)),
    },
    { head: 'KEY', cell: ({ key }) => shortKey(key) },
    rows.some(({ origin }) => origin !== undefined) && {
      head: 'FROM',
      cell: (row) => shorten(originOf(row), 60),
    },
  ];
  return columns.filter((column) => column !== false);
}

function whyOf({ why, reason, detail, ageMs }: CacheReportRow): string {
  const age = ageMs === undefined ? undefined : `stored ${formatAge(ageMs)} before`;
  return [age, why, reason, detail].filter(Boolean).join(': ');
}

const originOf = ({ origin }: CacheReportRow): string =>
  origin === undefined ? '' : (origin.workflowId ?? `a standalone Activity ${origin.activityId}`);
