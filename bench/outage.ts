/** What calls lose while Postgres hangs, and how soon after its return they are hits again. */
import { setTimeout as sleep } from 'node:timers/promises';
import { CachePlugin } from 'temporal-activity-cache';
import { type Call, Load } from './outage/load';

const BEFORE_MS = 10_000;
/** Back when a try has just failed: then it takes longest until the next one. A try begins every 10 seconds, and takes 2. */
const OUTAGE_MS = 62_500;
const AFTER_MS = 20_000;
const EVERY_MS = 10;
const KEYS = 50;

/** The default of `storeTimeout`. */
const STORE_TIMEOUT_MS = 2_000;
/** Until the first calls have waited in vain, and the store is left alone. */
const NOTICED_AFTER_MS = STORE_TIMEOUT_MS + 500;
/** A call that lost so much has waited for the store. */
const WAITED_MS = STORE_TIMEOUT_MS / 2;
/** Timers and a busy machine. */
const SLACK_MS = 250;
/** At the old rate: in one second, so many of the hits that there were before. */
const OLD_RATE = 0.9;

interface Line {
  what: string;
  value: number;
  unit: string;
  atMost?: number;
}

async function main(): Promise<void> {
  const json = process.argv.includes('--json');
  const { startPostgres } = await import('../scripts/internal/postgres.mjs');
  const server = await startPostgres();
  const plugin = new CachePlugin({ store: server.url });
  const load = new Load(plugin, KEYS, EVERY_MS);
  await load.warm();
  if (!json) console.log(`One cached call every ${EVERY_MS} ms; Postgres hangs for ${OUTAGE_MS / 1_000} s …`);
  const began = performance.now();
  load.begin();
  await sleep(BEFORE_MS);
  const hung = performance.now();
  await server.hang();
  await sleep(OUTAGE_MS);
  const back = performance.now();
  await server.resume();
  await sleep(AFTER_MS);
  await load.end();
  await plugin.close();
  await server.end();

  const lines = measure(load.calls, { began, hung, back });
  const missed = (line: Line) => line.atMost !== undefined && !(line.value <= line.atMost);
  if (json) console.log(JSON.stringify(lines, null, 2));
  else {
    const row = (line: Line) => ({
      what: line.what,
      value: `${Math.round(line.value)} ${line.unit}`,
      aim: line.atMost === undefined ? '' : `≤ ${line.atMost} ${line.unit}`,
      verdict: line.atMost === undefined ? '' : missed(line) ? 'missed' : 'ok',
    });
    console.table(lines.map(row));
  }
  process.exitCode = lines.some(missed) ? 1 : 0;
}

function measure(calls: readonly Call[], at: { began: number; hung: number; back: number }): Line[] {
  const ended = (from: number, to: number) => calls.filter((call) => call.ended >= from && call.ended < to);
  const rate = (of: readonly Call[], ms: number) => (of.length * 1_000) / ms;
  const hits = (of: readonly Call[]) => of.filter(({ hit }) => hit);
  const before = ended(at.began, at.hung);
  const hitRate = rate(hits(before), at.hung - at.began);
  const outage = ended(at.hung, at.back);
  const waited = calls.filter(({ began, lostMs }) => began < at.back && lostMs > WAITED_MS);
  const left = waited.filter(({ began }) => began > at.hung + NOTICED_AFTER_MS);
  const isOldRate = (second: number) =>
    rate(hits(ended(second, second + 1_000)), 1_000) >= OLD_RATE * hitRate;
  const seconds = Array.from({ length: AFTER_MS / 50 - 20 }, (_, i) => at.back + i * 50);
  const recovered = seconds.find(isOldRate) ?? Infinity;
  return [
    { what: 'before: calls', value: rate(before, at.hung - at.began), unit: '/s' },
    { what: 'before: hits', value: hitRate, unit: '/s' },
    { what: 'while it hangs: calls', value: rate(outage, at.back - at.hung), unit: '/s' },
    { what: 'after: calls', value: rate(ended(at.back, at.back + AFTER_MS), AFTER_MS), unit: '/s' },
    { what: 'calls that waited until it was noticed', value: waited.length - left.length, unit: '' },
    {
      what: 'calls that waited afterwards',
      value: left.length,
      unit: '',
      atMost: Math.ceil(OUTAGE_MS / 10_000),
    },
    {
      what: 'longest that one call lost',
      value: Math.max(0, ...calls.map(({ lostMs }) => lostMs)),
      unit: 'ms',
      atMost: 2 * STORE_TIMEOUT_MS + SLACK_MS,
    },
    {
      what: 'from its return to hits at the old rate',
      value: recovered - at.back,
      unit: 'ms',
      atMost: 10_000,
    },
  ];
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
