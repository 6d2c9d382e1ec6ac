/** The rows of the report, as a table. On a narrow screen each row is a card. */
import { shortKey } from '../../key/key';
import type { CacheReportRow } from '../../wire/report-rows';
import { formatCount, shorten } from '../format';
import { savedOf, tookOf, whyOf } from '../row-texts';
import type { Links } from './links';
import { type Html, markup } from './markup';
import { STATES } from './statuses';

/** A longer table begins closed. */
const MAX_OPEN_ROWS = 100;
const MAX_TEXT = 300;

/** The style of the table depends on their order. */
export const HEADS = ['Activity', 'Id', 'Status', 'Why', 'Took', 'Saved', 'Key', 'From'];

export function rowsHtml(rows: readonly CacheReportRow[], links: Links): Html {
  const count = rows.length === 1 ? '1 completed call' : `${formatCount(rows.length)} completed calls`;
  return markup`<section class="card" aria-labelledby="rows">
<details${rows.length <= MAX_OPEN_ROWS && ' open'}><summary><h2 id="rows">Rows</h2> ${count} of cached Activities</summary>
<table>
<thead><tr>${HEADS.map((head) => markup`<th scope="col">${head}</th>`)}</tr></thead>
<tbody>
${rows.map((row) => rowHtml(row, links))}</tbody>
</table>
</details>
</section>`;
}

function rowHtml(row: CacheReportRow, links: Links): Html {
  const { activityType, activityId, status, key, origin } = row;
  const why = shorten(whyOf(row), MAX_TEXT);
  const cells = [
    markup`<b><bdi>${activityType}</bdi></b>`,
    markup`<bdi>${activityId}</bdi>`,
    undefined,
    why && markup`<bdi>${why}</bdi>`,
    tookOf(row),
    savedOf(row),
    key && markup`<code>${shortKey(key)}</code>`,
    origin && links.origin(origin),
  ];
  const statusHtml = markup`<td class="${status}">${STATES[status].glyph} ${status}</td>`;
  return markup`<tr>${cells.map((cell, i) => (i === 2 ? statusHtml : markup`<td>${cell}</td>`))}</tr>
`;
}
