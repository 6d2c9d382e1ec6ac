/** Measures two ways of doing something side by side in one run, turn by turn, so that what disturbs one disturbs the other. */

export interface Line {
  name: string;
  /** Medians over the rounds, in `unit`. */
  ours: number;
  other: number;
  unit: 'µs' | 'ms' | 'actions';
  /** ours / other, round by round: the median and the middle half. */
  ratio: Spread;
  /** Without one the line only informs. */
  aim?: Aim;
  verdict: 'ok' | 'missed' | 'within noise' | 'no aim';
}

/** At most so many times the other, or so much by itself (in the line's unit). */
export type Aim = { ratio: number } | { value: number };

export interface Spread {
  low: number;
  median: number;
  high: number;
}

export interface Comparison {
  name: string;
  unit: Line['unit'];
  aim: Aim;
  rounds: number;
  /** Calls per round and side; their mean is the round's value. */
  calls: number;
  ours: () => unknown;
  other: () => unknown;
}

export async function compare({ name, unit, aim, rounds, calls, ours, other }: Comparison): Promise<Line> {
  const perCall = async (run: () => unknown): Promise<number> => {
    const began = process.hrtime.bigint();
    for (let i = 0; i < calls; i++) await run();
    return Number(process.hrtime.bigint() - began) / calls / (unit === 'µs' ? 1e3 : 1e6);
  };
  for (const side of [ours, other, ours, other]) await perCall(side); // warm
  const samples: Sample[] = [];
  for (let i = 0; i < rounds; i++) {
    // The first of a pair has no advantage over the second: they take turns at being first.
    if (i % 2 === 0) samples.push({ ours: await perCall(ours), other: await perCall(other) });
    else
      samples.push(await perCall(other).then(async (value) => ({ other: value, ours: await perCall(ours) })));
  }
  return lineOf({ name, unit, aim }, samples);
}

export interface Sample {
  ours: number;
  other: number;
}

/** @param samples - one of each round */
export function lineOf(about: Pick<Line, 'name' | 'unit' | 'aim'>, samples: readonly Sample[]): Line {
  const { aim } = about;
  const ratio = spread(samples.map((sample) => sample.ours / sample.other));
  const mine = spread(samples.map((sample) => sample.ours));
  return {
    ...about,
    ours: mine.median,
    other: spread(samples.map((sample) => sample.other)).median,
    ratio,
    verdict: verdictOf(aim, ratio, mine),
  };
}

function verdictOf(aim: Aim | undefined, ratio: Spread, mine: Spread): Line['verdict'] {
  if (aim === undefined) return 'no aim';
  return 'ratio' in aim ? judge(ratio, aim.ratio) : judge(mine, aim.value);
}

/** Missed only when the better half of the middle half misses too: else the machine's noise may be what speaks. */
function judge({ low, median }: Spread, limit: number): Line['verdict'] {
  if (median <= limit) return 'ok';
  return low <= limit ? 'within noise' : 'missed';
}

export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;
  return { low: at(0.25), median: at(0.5), high: at(0.75) };
}

/** Prints the lines, as a table or as JSON; answers whether no aim was missed. */
export function report(lines: readonly Line[], json: boolean): boolean {
  if (json) console.log(JSON.stringify(lines, null, 2));
  else {
    const digits = (value: number) =>
      value < 10 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : value.toFixed(0);
    console.table(
      lines.map(({ name, ours, other, unit, ratio, aim, verdict }) => ({
        what: name,
        ours: `${digits(ours)} ${unit}`,
        other: `${digits(other)} ${unit}`,
        ratio: `${digits(ratio.median)} (${digits(ratio.low)} – ${digits(ratio.high)})`,
        aim: aim && ('ratio' in aim ? `≤ ${digits(aim.ratio)} x` : `≤ ${aim.value} ${unit}`),
        verdict,
      })),
    );
  }
  return lines.every(({ verdict }) => verdict !== 'missed');
}
