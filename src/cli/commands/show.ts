/** `show`: everything that is known about one entry. */
import { decodeEntry, type EntryFacts, readFacts, readMetadata } from '../../entry';
import type { CacheStore, StoredEntry } from '../../store/store';
import type { CacheEntry } from '../../upkeep/upkeep';
import { command } from '../command';
import { Failure } from '../errors';
import { formatAge, formatBytes, formatDuration, formatTime } from '../format';
import { findEntry, readKey } from '../keys';
import { paint } from '../paint';
import type { Screen } from '../screen';
import { REACH, STORE, STORE_VARIABLES, upkeepOf, withStoreToRead } from '../store';
import type { Column } from '../table';
import { readValue, type Value } from '../value';

export const show = command({
  name: 'show',
  operands: { usage: 'KEY', least: 1, most: 1 },
  summary: 'Show one entry: where it came from, how old it is, what its key was made of.',
  about: 'KEY is a key, or its beginning, as reports and ls show it.',
  options: {
    value: {
      type: 'boolean',
      about: 'print the value alone, where it is JSON, text or bytes that no codec has encoded',
    },
    ...REACH,
    ...STORE,
  },
  examples: [
    ['show 3f2a9c41d07e', 'its facts'],
    ['show 3f2a9c41d07e --value | jq .', 'its value'],
    ['show 3f2a9c41d07e --value --json', 'both, as JSON'],
  ],
  variables: STORE_VARIABLES,
  async run(call) {
    const { given, screen } = call;
    const key = readKey(call.operands[0]!);
    await withStoreToRead(call, async (store) => {
      const entry = await findEntry(upkeepOf(store, given.scope), key, call);
      const shown = await read(store, entry);
      if (given.json) return screen.json(toJson(shown, given.value ? shown.value : undefined));
      return given.value ? printValue(shown.value, screen) : printFacts(shown, screen);
    });
  },
});

interface Shown {
  entry: CacheEntry;
  startedAt: string;
  /** Undefined if the header has another format. */
  facts: EntryFacts | undefined;
  checksum: 'fits' | 'does not fit';
  value: Value;
}

async function read(store: CacheStore, entry: CacheEntry): Promise<Shown> {
  const { key, scope, namespace, activityType, version } = entry;
  const { found } = await store.look({ key, scope, namespace, activityType, version });
  if (found === undefined) throw new Failure(`the entry ${key} was forgotten a moment ago`);
  return {
    entry,
    startedAt: new Date(found.startedAt).toISOString(),
    facts: readFacts(found.header),
    checksum: decodeEntry(key, found, undefined) === undefined ? 'does not fit' : 'fits',
    value: valueOf(found),
  };
}

const valueOf = ({ header, data }: StoredEntry): Value => readValue(readMetadata(header), data);

/** The JSON of a listed entry, with additional fields. */
function toJson({ entry, startedAt, facts, checksum, value }: Shown, shown: Value | undefined): unknown {
  const { ticket, ttlMs, overwrittenBy, origin = entry.origin, parts, inputs, sealedInputs } = facts ?? {};
  const { encoding } = value;
  return {
    ...entry,
    startedAt,
    origin,
    ticket,
    ttlMs,
    overwrittenBy,
    encoding,
    checksum,
    parts,
    inputs,
    sealedInputs,
    ...shown?.json(),
  };
}

async function printValue(value: Value, screen: Screen): Promise<void> {
  const { text, bytes, isText, problem } = value;
  if (text !== undefined) return screen.write(text);
  if (bytes === undefined) throw new Failure(problem!);
  if (!isText && screen.isTerminal) {
    const size = formatBytes(bytes.length);
    throw new Failure(`the value is ${size} that are no text`, 'send them to a file, with > FILE');
  }
  await screen.bytes(bytes);
}

type Fact = readonly [name: string, says: string];

const FACTS: readonly Column<Fact>[] = [
  { cell: ([name]) => paint('dim', name) },
  { cell: ([, says]) => says },
];

async function printFacts(shown: Shown, screen: Screen): Promise<void> {
  const titled = async (title: string, digests: Readonly<Record<string, string>> = {}) => {
    if (Object.keys(digests).length === 0) return;
    await screen.print();
    await screen.print(title);
    await screen.table(FACTS, Object.entries(digests));
  };
  await screen.table(FACTS, factsOf(shown));
  await titled('Digests of what the key is made of', shown.facts?.parts);
  await titled('Digests of the inputs', shown.facts?.inputs);
  if (shown.facts?.sealedInputs !== undefined) {
    await screen.print();
    await screen.print('Digests of the inputs: sealed by the codecs of its Workers');
  }
}

function factsOf({ entry, startedAt, facts, checksum, value }: Shown): Fact[] {
  const { workflowId, runId, activityId } = entry.origin ?? {};
  const began = Date.parse(startedAt);
  const now = began + entry.ageMs;
  const at = (iso: string) => `${formatTime(iso)}, ${formatAge(now - Date.parse(iso))} ago`;
  const all: [string, string | undefined | false][] = [
    ['key', entry.key],
    ['activity', entry.activityType],
    ['version', entry.version],
    ['tags', entry.tags.join(', ')],
    ['scope', entry.scope],
    ['namespace', entry.namespace],
    ['began', at(startedAt)],
    ['took', formatDuration(entry.durationMs)],
    ['stored', at(entry.storedAt)],
    ['last used', at(entry.usedAt)],
    ['own ttl', facts?.ttlMs !== undefined && formatDuration(facts.ttlMs)],
    [
      'kept until',
      entry.keepUntil &&
        `${formatTime(entry.keepUntil)}${Date.parse(entry.keepUntil) < now ? ', which is past' : ''}`,
    ],
    ['workflow', workflowId],
    ['run', runId],
    ['activity id', activityId && `${activityId}${facts ? `, attempt ${facts.origin.attempt}` : ''}`],
    ['overwritten by', facts?.overwrittenBy],
    ['value', `${formatBytes(entry.bytes)}, ${value.encoding ?? 'of an unknown encoding'}`],
    ['ticket', facts && String(facts.ticket)],
    [
      'checksum',
      checksum === 'fits' ? checksum : `${checksum}: the entry is damaged, or its Workers have a secret`,
    ],
  ];
  return all.filter((pair): pair is [string, string] => Boolean(pair[1]));
}
