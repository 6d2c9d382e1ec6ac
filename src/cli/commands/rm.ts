/** `rm`: invalidates entries, at once and for all Workers, and frees their space. */
import { addSizes, emptyStats } from '../../store/sizes';
import type { CacheStore, Size, StoreStats } from '../../store/store';
import type { CacheFilter, Invalidation } from '../../upkeep/filter';
import type { Upkeep } from '../../upkeep/upkeep';
import { type Call, command } from '../command';
import type { Options } from '../option';
import { UsageError } from '../errors';
import { entries, formatBytes } from '../format';
import { findEntry, readKey } from '../keys';
import { readSelection, SELECTION } from '../selection';
import { sayIfUnknown } from '../unknown-activity';
import { placesIn, REACH, STORE, STORE_VARIABLES, upkeepOf, withStore } from '../store';

const OPTIONS = {
  ...SELECTION,
  all: { type: 'boolean', about: 'everything in the scope' },
  'dry-run': { type: 'boolean', about: 'say what would be forgotten, and change nothing' },
  yes: { type: 'boolean', about: 'do not ask before --all' },
  ...REACH,
  ...STORE,
} as const satisfies Options;

type RmCall = Call<typeof OPTIONS>;

export const rm = command({
  name: 'rm',
  operands: { usage: '[KEY…]', least: 0, most: Infinity },
  summary: 'Forget entries: from now on no Worker finds them.',
  about: `KEY is a key, or its beginning. Of several options all must hold. What is running since before will not be stored in their place.
Works in one scope: that of --scope, else the only one that the store has. Afterwards their space is freed, and nothing else: what is
merely past its ttl is left to prune.`,
  options: OPTIONS,
  examples: [
    ['rm 3f2a9c41d07e', 'one entry'],
    ['rm --tag customer-42 --dry-run', 'how many entries have this tag?'],
    [`rm --activity trainModel --older-than '30 days'`, 'old results of one Activity type'],
    ['rm --all --scope fraud/staging --yes', 'a whole scope, without a question'],
  ],
  variables: STORE_VARIABLES,
  async run(call) {
    checkWords(call);
    return withStore(call, (store) => forget(call, store));
  },
});

/** The entries to invalidate, and their store. */
interface Target {
  upkeep: Upkeep;
  scope: string | undefined;
  what: readonly Invalidation[];
}

async function forget(call: RmCall, store: CacheStore): Promise<number> {
  const { given, screen } = call;
  const target = call.operands.length > 0 ? await keysOf(call, store) : await selectionOf(call, store);
  const found = await countOf(target, given['dry-run'] === true);
  if (found.entries === 0) await sayIfUnknown(given.activity, target.upkeep, screen);
  if (given['dry-run']) {
    await (given.json
      ? screen.json(found)
      : screen.print(`Would forget ${sizeOf(found, target)}. Nothing is changed.`));
    return 0;
  }
  if (given.all && !given.yes && !(await agreed(call, found, target))) {
    screen.say('Nothing is changed.');
    return 1;
  }
  screen.progress('forgetting ...');
  let forgotten: number | undefined = 0;
  for (const what of target.what) {
    const { entries: more } = await target.upkeep.invalidate(what);
    forgotten = more === undefined || forgotten === undefined ? undefined : forgotten + more;
  }
  if (given.json) await screen.json({ entries: forgotten });
  else await screen.print(`Forgot ${sizeOf({ ...found, entries: forgotten ?? found.entries }, target)}.`);
  await freeSpace(call, target.upkeep);
  return 0;
}

/**
 * Checks that the words are unambiguous, because a typing error must not invalidate too much.
 * @throws {UsageError}
 */
function checkWords({ operands, given }: RmCall): void {
  const { scope: _, namespace: __, ...said } = { ...readSelection(given), scope: given.scope };
  const selects = Object.keys(said).length > 0;
  if (operands.length === 0 && !selects && !given.all) {
    throw new UsageError('rm: say what: a KEY, --activity, --tag, --version, --older-than, or --all');
  }
  if (operands.length > 0 && (selects || given.all)) throw new UsageError('rm: give either keys, or options');
  if (selects && given.all) throw new UsageError('rm: --all is all: give no other option that selects');
}

async function keysOf(call: RmCall, store: CacheStore): Promise<Target> {
  const { operands, given } = call;
  const upkeep = upkeepOf(store, given.scope);
  const anywhere = given.scope === undefined && given.namespace === undefined;
  const what: Invalidation[] = [];
  for (const said of operands) {
    const key = readKey(said);
    // A whole key needs no entry: the result of a running call must not be stored either.
    const whole = key.length === 64 && anywhere;
    what.push({ key: whole ? key : (await findEntry(upkeep, said, call)).key });
  }
  return { upkeep, scope: given.scope, what };
}

async function selectionOf({ given }: RmCall, store: CacheStore): Promise<Target> {
  const scope = given.scope ?? (await onlyScope(store));
  const what = { ...readSelection(given), ...(given.all && { all: true }) };
  return { upkeep: upkeepOf(store, scope), scope, what: [what] };
}

async function onlyScope(store: CacheStore): Promise<string> {
  const scopes = await placesIn(store);
  if (scopes.length <= 1) return scopes[0] ?? '';
  throw new UsageError(
    `rm: the store has several scopes; name one by --scope: ${scopes.map((scope) => `'${scope}'`).join(', ')}`,
  );
}

/** Returns nothing if the store cannot count. */
async function countOf({ upkeep, what }: Target, needed: boolean): Promise<Partial<StoreStats>> {
  const sum = emptyStats();
  try {
    for (const { all: _, ...filter } of what) addSizes(sum, await upkeep.stats(filter satisfies CacheFilter));
    return sum;
  } catch (error) {
    if (needed) throw error;
    return {}; // a store that is down fails at the invalidation
  }
}

/** Leaves out numbers that are not known. */
function sizeOf({ entries: count, bytes }: Partial<Size>, { scope }: Target): string {
  const what = [
    count === undefined ? 'what there was' : entries(count),
    bytes !== undefined && formatBytes(bytes),
  ];
  return [...what, scope && `of scope '${scope}'`].filter(Boolean).join(', ');
}

async function agreed({ screen }: RmCall, found: Partial<Size>, target: Target): Promise<boolean> {
  if (found.entries === 0) return true;
  const answers = ['yes', ...(found.entries === undefined ? [] : [String(found.entries)])];
  const answer = await screen.ask(
    `This forgets ${sizeOf(found, target)}. Type ${answers.reverse().join(' or ')}: `,
  );
  if (answer !== undefined) return answers.includes(answer.trim());
  throw new UsageError(
    `rm --all would forget ${sizeOf(found, target)}: without a terminal to ask on, give --yes`,
  );
}

/** Frees the space. The entries are invalid already, and the next `prune` frees what is left. */
async function freeSpace({ screen, context }: RmCall, upkeep: Upkeep): Promise<void> {
  try {
    await upkeep.prune({
      onlyInvalidated: true,
      onProgress: ({ bytes }) => screen.progress(`freeing space, ${formatBytes(bytes)} so far ...`),
    });
  } catch (error) {
    screen.say(`Their space is not free yet: ${(error as Error).message}. Later: ${context.program} prune`);
  }
}
