/** `explain`: why calls were hits or misses, down to the input's path or the file. */
import type { Difference } from '../../explain/difference';
import { Explainer, type Explanation } from '../../explain/explain';
import { shortKey } from '../../key/key';
import { didYouMean } from '../../options/spelling';
import type * as Plugin from '../../plugin';
import type { CacheStore } from '../../store/store';
import { activitiesIn, usualFile } from '../activities-in';
import { type Call, command } from '../command';
import { Failure, UsageError } from '../errors';
import { formatAge } from '../format';
import { findEntry } from '../keys';
import type { Screen } from '../screen';
import { REACH, STORE, STORE_VARIABLES, upkeepOf, withStoreToRead } from '../store';
import type { Column } from '../table';
import { noRun, TEMPORAL, TEMPORAL_VARIABLES } from '../temporal';

const { address } = TEMPORAL;

const OPTIONS = {
  'run-id': { type: 'string', value: 'RUN_ID', about: 'this run; default: the latest' },
  against: { type: 'string', value: 'KEY', about: 'compare the entry KEY with this one' },
  activity: {
    type: 'string',
    value: 'TYPE',
    about: 'a call of this Activity that is not made: would it be a hit?',
  },
  input: { type: 'string', value: 'JSON', about: 'its arguments: a list of them, or the only one' },
  from: { type: 'string', value: 'FILE', about: 'the file that exports it; default: src/activities' },
  address,
  ...REACH,
  ...STORE,
} as const;

export const explain = command({
  name: 'explain',
  operands: { usage: '[ID…]', least: 0, most: 2 },
  summary: 'Explain why calls ran or were hits: what differs from an earlier result.',
  about:
    'ID is a WORKFLOW_ID, and after it the ACTIVITY_ID of one call. With --against it is a KEY. ' +
    'Names each part of the key that differs, down to the path of an input or the file of the code. ' +
    'Values are only there as digests. Results that a codec has encoded tell nothing here: ' +
    "cache.explain({ handle }) reads them through the codec of the handle's client.",
  options: OPTIONS,
  examples: [
    ['explain ml-pipeline/exp-001', 'each call of the latest run that was not a hit'],
    ['explain ml-pipeline/exp-001 3', 'the call with the Activity id 3'],
    [`explain --activity embed --input '["text", 8]' --from src/activities.ts`, 'would this call be a hit?'],
    ['explain 3f2a9c41d07e --against 9b1c22aa03f4', 'what differs between two entries'],
  ],
  variables: {
    ...STORE_VARIABLES,
    ACTIVITY_CACHE_SECRET: "the plugin's 'secret', where --activity is given and the plugin has one",
    ...TEMPORAL_VARIABLES,
  },
  run: (call) =>
    withStoreToRead(call, async (store) => {
      const found = await explanations(call, store);
      if (call.given.json) return call.screen.json(found);
      await print(found, call.operands.length > 1, call.screen);
    }),
});

type ExplainCall = Call<typeof OPTIONS>;

async function explanations(call: ExplainCall, store: CacheStore): Promise<Explanation[]> {
  const { given, operands } = call;
  const { activity, against, input } = given;
  if (activity !== undefined) {
    if (operands.length > 0) throw new UsageError('explain: give either WORKFLOW_ID or --activity');
    return ofCall(activity, call, store);
  }
  if (input !== undefined) throw new UsageError('explain: --input needs --activity');
  const [first, second] = operands;
  if (first === undefined)
    throw new UsageError('explain: give WORKFLOW_ID, KEY --against KEY, or --activity');
  if (against === undefined) return ofRun(first, second, call, store);
  if (second !== undefined) throw new UsageError('explain: --against takes one KEY before it');
  const upkeep = upkeepOf(store, given.scope);
  const [one, other] = [await findEntry(upkeep, first, call), await findEntry(upkeep, against, call)];
  return [await new Explainer(store).keys(one.key, other.key)];
}

async function ofRun(
  workflowId: string,
  activityId: string | undefined,
  { given, screen, context }: ExplainCall,
  store: CacheStore,
): Promise<Explanation[]> {
  screen.progress('asking the Temporal server ...');
  const temporal = await context.connect({ address: given.address, namespace: given.namespace });
  try {
    const handle = temporal.client.workflow.getHandle(workflowId, given['run-id']);
    return await new Explainer(store).run(handle, activityId).catch(noRun(temporal, workflowId));
  } finally {
    await temporal.close();
  }
}

/** Loads the Activity, because its options and its code make the key. */
async function ofCall(activity: string, { given, context }: ExplainCall, store: CacheStore) {
  const file = given.from ?? usualFile('explain: --activity: name the file that exports it: --from FILE');
  const found = await activitiesIn(file);
  const fn = found[activity];
  if (fn === undefined) {
    const near = didYouMean(activity, Object.keys(found));
    throw new Failure(`${file} exports no Activity '${activity}'${near} ${NO_CLASS}`);
  }
  // Loaded here, because other commands need no Worker.
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- as the drivers of stores
  const { CachePlugin } = require('../../plugin') as typeof Plugin;
  const secret = context.env.ACTIVITY_CACHE_SECRET || undefined;
  const plugin = new CachePlugin({ store, scope: given.scope, secret });
  return plugin.explain({ activity, args: argumentsOf(given.input), fn, namespace: given.namespace });
}

const NO_CLASS = 'A class is not one: --from may name a file that exports an object with its Activities';

function argumentsOf(input = '[]'): unknown[] {
  try {
    const read: unknown = JSON.parse(input);
    return Array.isArray(read) ? read : [read];
  } catch (cause) {
    throw new UsageError(`explain: --input is no JSON: ${(cause as Error).message}`);
  }
}

/** So that a call fits on one screen. */
const MAX_DIFFERENCES = 8;

const COLUMNS: readonly Column<Difference>[] = [
  { head: '  WHAT', cell: ({ item }) => `  ${item}` },
  { head: 'WAS', cell: ({ baseline }) => baseline || '-' },
  { head: 'IS', cell: ({ current }) => current || '-' },
  { head: 'WHAT TO DO', cell: ({ fix }) => fix },
];

async function print(all: readonly Explanation[], isOne: boolean, screen: Screen): Promise<void> {
  if (all.length === 0)
    return screen.say(
      'No calls: no cached Activity has completed, or a codec has encoded the results. ' +
        'The calls of a child Workflow are explained by its own id.',
    );
  const served = ({ verdict }: Explanation) => verdict === 'hit' || verdict === 'joined';
  const shown = isOne || all.length === 1 ? all : all.filter((one) => !served(one));
  for (const one of shown) await printOne(one, screen);
  const hits = all.length - shown.length;
  if (hits > 0) await screen.print(`${hits} of ${all.length} calls came from the cache.`);
}

async function printOne(one: Explanation, screen: Screen): Promise<void> {
  const { activityType, activityId, key, verdict, why, reason, fix, against, differences } = one;
  const called = [activityType, activityId].filter(Boolean).join(' ');
  await screen.print(called, `: ${[verdict, why].filter(Boolean).join(', ')}`);
  await screen.print(
    `  ${reason[0]!.toUpperCase()}${reason.slice(1)}.${key ? ` Key ${shortKey(key)}.` : ''}`,
  );
  if (fix !== undefined) await screen.print(`  What to do: ${fix}.`);
  if (against !== undefined) {
    const { workflowId, ageMs, chosen } = against;
    const from = [`${shortKey(against.key)}, stored ${formatAge(ageMs)} ago`];
    if (workflowId !== undefined) from.push(`by ${workflowId}`);
    await screen.print(`  Compared with ${from.join(' ')} (${CHOSEN[chosen]}):`);
    await screen.table(COLUMNS, differences.slice(0, MAX_DIFFERENCES));
    const more = differences.length - MAX_DIFFERENCES;
    if (more > 0) await screen.print(`  and ${more} more, which --json lists`);
  }
  await screen.print();
}

const CHOSEN = {
  'same inputs': 'the last result of the same inputs',
  'same call': 'the last result of the same call',
  'most equal': 'the result whose key is the most alike',
  given: 'as asked',
} as const;
