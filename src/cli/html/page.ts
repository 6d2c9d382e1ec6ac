/** The report of a run as one HTML file, which loads nothing and has no script. */
import { PACKAGE_VERSION } from '../../package-version';
import type { RunTimeline } from '../../report/timeline';
import { formatTime } from '../format';
import { NO_ROWS } from '../row-texts';
import { scaleOf } from './bar';
import { lanesOf } from './lane';
import { Links } from './links';
import { Html, markup } from './markup';
import { rowsHtml } from './rows';
import { STYLE } from './style';
import { summaryHtml } from './summary';
import { timelineHtml } from './timeline';

/** The browser refuses everything that is not named here. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

const NO_CALLS = 'No calls: this run has called no Activity and no child Workflow.';

export interface PageOptions {
  /** The address of Temporal's UI. */
  ui: string;
  namespace: string;
  /** The moment of the report, in milliseconds since 1970. */
  nowMs: number;
}

export function pageOf(run: RunTimeline, { ui, namespace, nowMs }: PageOptions): string {
  const { workflowId, report } = run;
  const lanes = lanesOf(run);
  const anchors = new Map(lanes.map(({ anchor, span }) => [span.activityId, anchor]));
  const links = new Links(ui, namespace, run, anchors);
  const note = (text: string): Html => markup`<p class="card">${text}</p>`;
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${new Html(POLICY)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${workflowId} · cache report</title>
<style>${new Html(STYLE)}</style>
</head>
<body>
<main>
${summaryHtml(run, nowMs, namespace, links)}
${lanes.length === 0 ? note(NO_CALLS) : timelineHtml(run, lanes, scaleOf(run, nowMs), links)}
${report.rows.length === 0 ? note(NO_ROWS) : rowsHtml(report.rows, links)}
</main>
<footer>Written ${formatTime(new Date(nowMs).toISOString())} by temporal-activity-cache ${PACKAGE_VERSION}</footer>
</body>
</html>
`.html;
}
