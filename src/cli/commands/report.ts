/** `report`: what the cache did in one run. */
import type { WorkflowHandle } from '@temporalio/client';
import { writeFile } from 'node:fs/promises';
import { shortKey } from '../../key/key';
import type { CacheReport, CacheReportRow } from '../../report/report';
import { type Span, timelineOf } from '../../report/timeline';
import { Explainer } from '../../explain/explain';
import { type Call, command } from '../command';
import { Failure, UsageError } from '../errors';
import { shorten } from '../format';
import { pageOf } from '../html/page';
import { childrenLine, NO_ROWS, originOf, savedOf, tookOf, totalsLine, whyOf } from '../row-texts';
import type { Screen } from '../screen';
import { STORE, STORE_VARIABLES, withStoreToRead } from '../store';
import { type Color, paint } from '../paint';
import type { Column } from '../table';
import { noRun, TEMPORAL, TEMPORAL_VARIABLES } from '../temporal';
import { DEFAULT_UI, uiAddress } from '../ui-address';

export const report = command({
  name: 'report',
  operands: { usage: 'WORKFLOW_ID', least: 1, most: 1 },
  summary: 'Report what the cache did in one run of a Workflow.',
  about: `Read from the run's history: running or closed; the store, where there is one, says what is new. Results that a codec has encoded tell nothing here: the library's
cacheReport(handle) reads them through the codec of its client.`,
  options: {
    'run-id': { type: 'string', value: 'RUN_ID', about: 'this run; default: the latest' },
    html: {
      type: 'string',
      value: 'FILE',
      about: 'write a page with a timeline of the run, which needs no network; - is stdout',
    },
    'ui-address': {
      type: 'string',
      value: 'URL',
      about: `the Temporal UI that the page links to; default ${DEFAULT_UI}`,
    },
    ...TEMPORAL,
    ...STORE,
  },
  examples: [
    ['report ml-pipeline/exp-001', 'of the latest run'],
    ['report ml-pipeline/exp-001 --html run.html', 'as a page with a timeline, for a browser'],
    ['report ml-pipeline/exp-001 --address temporal.example:7233 --namespace ml --json', 'of another server'],
  ],
  variables: { ...STORE_VARIABLES, ...TEMPORAL_VARIABLES },
  async run(call) {
    const { given, operands, screen, context } = call;
    const ui = uiAddress(given['ui-address']);
    if (given.html === '') throw new UsageError('--html: it takes the name of a file, or -');
    if (given.html === '-' && given.json) throw new UsageError('--html - and --json both print to stdout');
    if (given.html === undefined && given['ui-address'] !== undefined)
      throw new UsageError('--ui-address is for --html');
    screen.progress('asking the Temporal server ...');
    const temporal = await context.connect({ address: given.address, namespace: given.namespace });
    try {
      const handle = temporal.client.workflow.getHandle(operands[0]!, given['run-id']);
      const found = await timelineOf(handle).catch(noRun(temporal, operands[0]!));
      const { report, spans } = found;
      const isNew = report.rows.some(({ why, detail }) => why === 'new' && detail === undefined);
      if (isNew) await explainNew(call, handle, report);
      if (given.html !== undefined) {
        const { namespace } = temporal.client.options;
        await writePage(given.html, pageOf(found, { ui, namespace, nowMs: Date.now() }), screen);
      }
      if (given.json) await screen.json(report);
      else if (given.html === undefined) await print(report, childrenIn(spans), screen);
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
    call.screen.say(`What is new cannot be explained: ${(error as Error).message}`);
  }
}

async function writePage(file: string, page: string, screen: Screen): Promise<void> {
  if (file === '-') return screen.bytes(new TextEncoder().encode(page));
  try {
    await writeFile(file, page);
  } catch (cause) {
    throw new Failure(`${file} cannot be written: ${(cause as Error).message}`, undefined, { cause });
  }
  screen.say(`Wrote ${file}. It needs no network: open it in a browser.`);
}

async function print(
  { rows, totals }: CacheReport,
  children: readonly string[],
  screen: Screen,
): Promise<void> {
  if (rows.length === 0) screen.say(NO_ROWS);
  else {
    await screen.table(columnsOf(rows), rows);
    await screen.print();
    await screen.print(totalsLine(totals));
  }
  if (children.length > 0) screen.say(childrenLine(children));
}

/** The ids of the children that were started. */
const childrenIn = (spans: readonly Span[]): string[] =>
  spans.flatMap(({ kind, activityId, runId }) =>
    kind === 'child Workflow' && runId !== undefined ? [activityId] : [],
  );

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
    { head: 'TOOK', right: true, cell: tookOf },
    { head: 'SAVED', right: true, cell: savedOf },
    { head: 'KEY', cell: ({ key }) => shortKey(key) },
    rows.some(({ origin }) => origin !== undefined) && {
      head: 'FROM',
      cell: (row) => shorten(originOf(row), 60),
    },
  ];
  return columns.filter((column) => column !== false);
}
