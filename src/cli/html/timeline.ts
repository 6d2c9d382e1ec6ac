/** The timeline: a time axis, and a lane for each call. Many calls are grouped by their type. */
import type { RunTimeline } from '../../report/timeline';
import { formatDuration } from '../format';
import { lengthOf, percentOf, type Scale, tickOf } from './bar';
import { groupsHtml } from './groups';
import { type Lane, laneHtml, type Picture } from './lane';
import { legendHtml } from './legend';
import type { Links } from './links';
import { type Html, markup } from './markup';

/** More lanes than this are too many for one picture. */
const MAX_LANES = 60;

export function timelineHtml(
  { report }: RunTimeline,
  lanes: readonly Lane[],
  scale: Scale,
  links: Links,
): Html {
  const isBrief = lanes.length > MAX_LANES;
  const mostSavedMs = report.rows.reduce((most, { savedMs = 0 }) => Math.max(most, savedMs), 0);
  const picture: Picture = { scale, links, mostSavedMs, isBrief };
  const listHtml = (some: readonly Lane[]) => markup`<ol>
${some.map((lane) => laneHtml(lane, picture))}</ol>`;
  return markup`<section aria-labelledby="timeline" class="card">
<h2 id="timeline">Timeline</h2>
${legendHtml(lanes)}
<div class="lanes" style="--tick:${percentOf(tickOf(scale), lengthOf(scale))}">
${axisHtml(scale)}
${isBrief ? groupsHtml(lanes, scale, listHtml) : listHtml(lanes)}
</div>
</section>`;
}

/** A mark needs room, so there is none at the very end. */
const LAST_MARK = 0.88;

function axisHtml(scale: Scale): Html {
  const [tick, whole] = [tickOf(scale), lengthOf(scale)];
  const count = tick > 0 ? Math.floor((whole * LAST_MARK) / tick) + 1 : 1;
  const marks = Array.from({ length: count }, (_, i) => i * tick);
  return markup`<div class="axis" aria-hidden="true"><div class="marks">${marks.map(
    (ms) => markup`<span style="left:${percentOf(ms, whole)}">${ms === 0 ? '0' : formatDuration(ms)}</span>`,
  )}</div></div>`;
}
