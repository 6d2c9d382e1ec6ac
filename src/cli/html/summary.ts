/** The head of the page: which run it is, and what the cache did for it in figures. */
import type { RunTimeline } from '../../report/timeline';
import type { CacheReportRow } from '../../wire/report-rows';
import { formatDuration, formatTime, percent } from '../format';
import { percentOf } from './bar';
import type { Links } from './links';
import { type Html, markup } from './markup';

export function summaryHtml(run: RunTimeline, nowMs: number, namespace: string, links: Links): Html {
  const { workflowType, workflowId, runId, status, startedMs, endedMs, report } = run;
  const { calls, hit, joined, hitRate, savedMs } = report.totals;
  const ranMs = executionOf(report.rows.filter(({ savedMs }) => savedMs === undefined));
  const tookMs = Math.max(0, (endedMs ?? nowMs) - startedMs);
  const started = formatTime(new Date(startedMs).toISOString());
  const link = links.workflow({ workflowId, runId }, 'open in Temporal’s UI');
  return markup`<header>
<p class="dim">What the cache did in a run of <b><bdi>${workflowType}</bdi></b></p>
<h1><bdi>${workflowId}</bdi></h1>
<p class="dim">${status.toLowerCase().replaceAll('_', ' ')} · started ${started} · namespace <bdi>${namespace}</bdi> · ${link}</p>
</header>
<div class="figures">
${figure(`${hit + joined} of ${calls}`, `calls came from the cache${calls > 0 ? `, hit rate ${percent(hitRate)}` : ''}`)}
${figure(formatDuration(savedMs), 'of execution saved', ' good')}
${figure(formatDuration(ranMs), 'of execution not saved')}
${figure(formatDuration(tookMs), endedMs === undefined ? 'the run has taken so far' : 'the run took')}
</div>
${ranMs + savedMs > 0 && shareHtml(ranMs, savedMs)}`;
}

/** In milliseconds. The time of a whole Workflow contains that of its calls. */
function executionOf(rows: readonly CacheReportRow[]): number {
  const calls = rows.filter(({ activityId }) => activityId !== '');
  return (calls.length > 0 ? calls : rows).reduce((sum, { durationMs }) => sum + durationMs, 0);
}

const figure = (value: string, text: string, className = ''): Html =>
  markup`<div class="figure${className}"><b>${value}</b> ${text}</div>`;

/** The execution that ran beside the execution that the cache saved, on one scale. */
function shareHtml(ranMs: number, savedMs: number): Html {
  const all = ranMs + savedMs;
  return markup`<div class="share"><i class="ran" style="width:${percentOf(ranMs, all)}"></i><i class="saved" style="width:${percentOf(savedMs, all)}"></i></div>
<p class="dim">${percent(savedMs / all)} of the execution time was saved. Striped is what ran, plain is what the cache saved.</p>`;
}
