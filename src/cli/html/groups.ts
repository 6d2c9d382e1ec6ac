/** Many lanes, grouped by the type of the call. Each group has a bar for each state. */
import { beginningOf } from '../../report/timeline';
import { formatCount, formatDuration } from '../format';
import { extentOf, lengthOf, place, type Scale, type Stretch } from './bar';
import type { Lane } from './lane';
import { type Html, markup } from './markup';
import { STATES, statesIn } from './statuses';

/** @param listHtml - makes the list of the lanes of a group */
export function groupsHtml(
  lanes: readonly Lane[],
  scale: Scale,
  listHtml: (lanes: readonly Lane[]) => Html,
): Html {
  const groups = new Map<string, Lane[]>();
  for (const lane of lanes) {
    const group = groups.get(lane.span.activityType);
    if (group === undefined) groups.set(lane.span.activityType, [lane]);
    else group.push(lane);
  }
  return markup`${[...groups].map(
    ([type, some]) => markup`<details><summary class="lane">${summaryHtml(type, some, scale)}</summary>
${listHtml(some)}</details>
`,
  )}`;
}

const LINE_PX = 14;

function summaryHtml(type: string, lanes: readonly Lane[], scale: Scale): Html {
  const savedMs = lanes.reduce((sum, { row }) => sum + (row?.savedMs ?? 0), 0);
  const lines = statesIn(lanes.map(({ state }) => state)).map((state, i) => {
    const some = lanes.filter((lane) => lane.state === state);
    const { glyph, word } = STATES[state];
    const bars = unionOf(some, scale).map(
      (part) =>
        markup`<i class="bar thin ${state}" style="top:${i * LINE_PX + 6}px;${place(part, scale)}"></i>`,
    );
    return { bars, count: markup`${i > 0 && ', '}${glyph} ${formatCount(some.length)} ${word}` };
  });
  const count = lanes.length === 1 ? '1 call' : `${formatCount(lanes.length)} calls`;
  return markup`
<span class="who"><b><bdi>${type}</bdi></b> ${count}</span>
<span class="track" style="height:${lines.length * LINE_PX + 8}px">${lines.map(({ bars }) => bars)}</span>
<span class="took">${savedMs > 0 && markup`<em>saved ${formatDuration(savedMs)}</em>`}</span>
<span class="note">${lines.map((line) => line.count)}</span>
`;
}

/** The times at which any of these calls was under way. Gaps that nobody could see are filled. */
function unionOf(lanes: readonly Lane[], scale: Scale): Stretch[] {
  const parts: { fromMs: number; toMs: number }[] = [];
  const inOrder = lanes.toSorted((one, other) => beginningOf(one.span) - beginningOf(other.span));
  for (const { span } of inOrder) {
    const { fromMs, toMs } = extentOf(span, scale);
    const last = parts.at(-1);
    if (last !== undefined && fromMs <= last.toMs + lengthOf(scale) / 500)
      last.toMs = Math.max(last.toMs, toMs);
    else parts.push({ fromMs, toMs });
  }
  return parts;
}
