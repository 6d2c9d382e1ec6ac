/** One call of the timeline: its name, its bar, how long it took, and what it waited for. */
import type { RunTimeline, Span } from '../../report/timeline';
import type { CacheReportRow } from '../../wire/report-rows';
import { formatDuration, shorten } from '../format';
import { whyOf } from '../row-texts';
import { extentOf, captionPlace, lengthOf, percentOf, place, type Scale, type Stretch } from './bar';
import type { Links } from './links';
import { type Html, markup } from './markup';
import { STATES, stateOf, type State, wordOf } from './statuses';

export interface Lane {
  anchor: string;
  span: Span;
  row?: CacheReportRow;
  state: State;
}

/** What the lanes of a picture have in common. */
export interface Picture {
  scale: Scale;
  links: Links;
  /** The most that a call saved, in milliseconds. */
  mostSavedMs: number;
  /** Set if there are many lanes: only the table says where hits came from. */
  isBrief: boolean;
}

export function lanesOf({ spans, report, endedMs }: RunTimeline): Lane[] {
  return spans.map((span, i) => {
    const row = span.row === undefined ? undefined : report.rows[span.row];
    return { anchor: `c${i + 1}`, span, row, state: stateOf(span, row, endedMs === undefined) };
  });
}

const KINDS: Record<Span['kind'], string | undefined> = {
  Activity: undefined,
  'local Activity': 'local',
  'child Workflow': 'child',
  'look-up': 'looked up by the Workflow',
  Workflow: 'the whole run',
};

export function laneHtml(lane: Lane, picture: Picture): Html {
  const { anchor, span, state } = lane;
  const { activityType, activityId, kind, runId } = span;
  const { scale, links } = picture;
  const extent = extentOf(span, scale);
  const caption = captionPlace(extent, scale);
  const id =
    kind === 'child Workflow'
      ? links.workflow({ workflowId: activityId, runId }, shorten(activityId, MAX_NAME))
      : markup`<bdi>${shorten(activityId, MAX_NAME)}</bdi>`;
  const kindText = KINDS[kind] !== undefined && markup` <small>${KINDS[kind]}</small>`;
  return markup`<li class="lane" id="${anchor}">
<div class="who"><b><bdi>${shorten(activityType, MAX_NAME)}</bdi></b> ${id}${kindText}</div>
<div class="track"><i class="bar ${state}" style="${place(extent, scale)}">${pauses(span, extent, scale)}</i><span class="tag ${caption.side}" style="${caption.style}">${STATES[state].glyph} ${wordOf(state, span)}</span></div>
<div class="took">${tookOf(lane, extent, picture)}</div>
${noteOf(lane, picture)}</li>
`;
}

function tookOf({ row, state }: Lane, extent: Stretch, { mostSavedMs }: Picture): Html {
  const { savedMs } = row ?? {};
  const isGoingOn = state === 'running' || state === 'waiting';
  const saved =
    savedMs !== undefined &&
    markup` <em>saved ${formatDuration(savedMs)}</em><i style="width:${percentOf(savedMs, mostSavedMs)}"></i>`;
  return markup`${formatDuration(lengthOf(extent))}${isGoingOn && ' so far'}${saved}`;
}

/** Parts of a bar in which nothing ran: waits for other calls, and the time to the last attempt. */
function pauses({ waits, scheduledMs, startedMs }: Span, extent: Stretch, scale: Scale): Html[] {
  const waited = waits.map(({ fromMs, toMs = scale.openEndMs }) => ({ name: 'wait', fromMs, toMs }));
  const unstarted =
    startedMs === undefined ? [] : [{ name: 'unstarted', fromMs: scheduledMs, toMs: startedMs }];
  return [...unstarted, ...waited]
    .filter((part) => lengthOf(part) > lengthOf(scale) / MAX_PIXELS)
    .map((part) => markup`<i class="${part.name}" style="${place(part, extent)}"></i>`);
}

/** The width of the widest timeline. */
const MAX_PIXELS = 1_200;
const MAX_NOTE = 300;
const MAX_NAME = 100;

function noteOf({ span, row }: Lane, { scale, links, isBrief }: Picture): Html | false {
  const notes: (Html | string)[] = span.waits.map(({ holder, fromMs, toMs }) => {
    const waited = formatDuration((toMs ?? scale.openEndMs) - fromMs);
    return markup`${toMs === undefined ? 'has waited' : 'waited'} ${waited} for ${links.caller(holder)}`;
  });
  if (row?.status === 'hit' && row.origin !== undefined && !isBrief)
    notes.push(markup`from ${links.origin(row.origin)}`);
  const why =
    row === undefined || row.status === 'joined' || (isBrief && row.status === 'hit') ? '' : whyOf(row);
  if (why !== '') notes.push(markup`<bdi>${shorten(why, MAX_NOTE)}</bdi>`);
  const failure = span.failure !== undefined && markup`<q>${shorten(span.failure, MAX_NOTE)}</q>`;
  if ((span.attempt ?? 1) > 1 && span.end === 'completed')
    notes.push(markup`attempt ${span.attempt}${failure && markup`, after ${failure}`}`);
  else if (failure) notes.push(failure);
  return notes.length > 0 && markup`<p class="note">${notes.map((note, i) => [i > 0 && ' · ', note])}</p>`;
}
