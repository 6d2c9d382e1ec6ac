/** The legend: the pattern, the glyph and the word of each state that the picture has. */
import type { Lane } from './lane';
import { type Html, markup } from './markup';
import { STATES, statesIn } from './statuses';

export function legendHtml(lanes: readonly Lane[]): Html {
  const states = statesIn(lanes.map(({ state }) => state)).map((state) => ({
    name: state,
    ...STATES[state],
  }));
  const waits = lanes.some(({ span }) => span.waits.length > 0);
  const starts = lanes.some(({ span }) => span.startedMs !== undefined);
  const parts = [
    ...states,
    ...(waits ? [{ name: 'wait', glyph: '', word: 'hatched', meaning: 'it waited for another call' }] : []),
    ...(starts
      ? [{ name: 'unstarted', glyph: '', word: 'empty', meaning: 'its last attempt had not started' }]
      : []),
  ];
  return markup`<ul class="legend">${parts.map(
    ({ name, glyph, word, meaning }) =>
      markup`<li><i class="swatch ${name}"></i><span>${glyph} <b>${word}</b> ${meaning}</span></li>`,
  )}</ul>`;
}
