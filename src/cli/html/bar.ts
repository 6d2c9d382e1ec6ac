/** The geometry of bars: shares of the timeline, in percent. */
import { beginningOf, type RunTimeline, type Span } from '../../report/timeline';

/** Times are in milliseconds since 1970. */
export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The time that the timeline covers. */
export interface Scale extends Stretch {
  /** The end of what is not over: the moment of the report, or the end of the run. */
  readonly openEndMs: number;
}

export function scaleOf({ startedMs, endedMs, spans }: RunTimeline, nowMs: number): Scale {
  const openEndMs = endedMs ?? nowMs;
  const fromMs = spans.reduce((least, span) => Math.min(least, beginningOf(span)), startedMs);
  const toMs = spans.reduce((most, span) => Math.max(most, span.endedMs ?? 0), Math.max(openEndMs, fromMs));
  return { fromMs, toMs, openEndMs };
}

export const lengthOf = ({ fromMs, toMs }: Stretch): number => toMs - fromMs;

/** Has enough digits for short calls of long runs. A run of no length has bars of no length. */
export const percentOf = (ms: number, wholeMs: number): string =>
  `${wholeMs > 0 ? Number(((Math.max(0, ms) / wholeMs) * 100).toFixed(4)) : 0}%`;

/** The place of a part within a whole, as a style. */
export const place = (part: Stretch, whole: Stretch): string =>
  `left:${percentOf(part.fromMs - whole.fromMs, lengthOf(whole))};width:${percentOf(lengthOf(part), lengthOf(whole))}`;

/** The whole time of a call, from its first look-up or its scheduling on. */
export function extentOf(span: Span, { openEndMs }: Scale): Stretch {
  const fromMs = beginningOf(span);
  return { fromMs, toMs: Math.max(fromMs, span.endedMs ?? openEndMs) };
}

/** A caption needs about a quarter of the narrowest timeline, which has 300 pixels. */
const CAPTION = 0.28;

/** Where the caption of a bar has room: after it, before it, or else on it. */
export function captionPlace(bar: Stretch, scale: Scale): { side: 'on' | 'after' | 'before'; style: string } {
  const whole = lengthOf(scale);
  const [start, end] = [bar.fromMs - scale.fromMs, bar.toMs - scale.fromMs];
  if (end <= (1 - CAPTION) * whole) return { side: 'after', style: `left:${percentOf(end, whole)}` };
  if (start >= CAPTION * whole) return { side: 'before', style: `right:${percentOf(whole - start, whole)}` };
  return { side: 'on', style: `left:${percentOf(start, whole)}` };
}

/** The distance of two marks on the time axis: 1, 2 or 5 of some power of ten. */
export function tickOf(scale: Scale, most = 6): number {
  const least = lengthOf(scale) / most;
  if (least <= 0) return 0;
  const unit = least >= MINUTE ? MINUTE : 1;
  const power = 10 ** Math.floor(Math.log10(least / unit));
  return unit * power * ([1, 2, 5, 10].find((step) => unit * power * step >= least) ?? 10);
}

const MINUTE = 60_000;
