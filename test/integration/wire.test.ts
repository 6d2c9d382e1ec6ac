/** Under which names the package really writes: each is in the table of src/wire/names.ts. */
import type { Client } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import { cachedAll, MemoryStore } from 'temporal-activity-cache';
import { WIRE } from '../../src/wire/names';
import type { WireName } from '../../src/wire/wire-name';
import { listed } from '../helpers/listed';
import { type Handle, wholeScenes } from '../helpers/whole-scene';

const table: readonly WireName[] = Object.values(WIRE);
const notes = table.filter(({ kind }) => kind === 'note');
const others = table.filter(({ kind }) => kind !== 'note');
const isPrefix = ({ kind }: WireName) => kind === 'patch prefix' || kind.endsWith('prefix');

/** What a text of ours in a history is the name of; undefined: the table does not know it. */
const nameOf = (text: string): WireName | undefined =>
  others.find((known) => known.name === text) ??
  others.findLast((known) => isPrefix(known) && text.startsWith(known.name));

/** All texts of ours in a history, also those within its payloads. */
function textsIn(history: string): string[] {
  const decoded = history.replace(/"[A-Za-z0-9+/]{16,}={0,2}"/g, (base64) =>
    Buffer.from(base64, 'base64').toString(),
  );
  return [
    ...new Set(
      [history, decoded].join().match(/\bactivity-?cache(?!\/)[\w.-]*|\bactivity-cache\/[\w./-]*/gi),
    ),
  ];
}

class NotingStore extends MemoryStore {
  readonly noted = new Set<string>();

  override async note(name: string, text: string | undefined): Promise<void> {
    this.noted.add(name);
    await super.note(name, text);
  }
}

/** The histories of these runs, of all that continued them, and of the reservations. */
async function historiesOf(client: Client, handles: Handle[]): Promise<string[]> {
  const ids = new Set(handles.map(({ workflowId }) => workflowId));
  const found: string[] = [];
  await listed(client);
  for await (const { workflowId, runId } of client.workflow.list())
    if (ids.has(workflowId) || nameOf(workflowId) !== undefined)
      found.push(historyToJSON(await client.workflow.getHandle(workflowId, runId).fetchHistory()));
  return found;
}

/** Parts of names that are no names: of packages, types and summaries. */
const OTHER = /^(?:temporal-)?activity-?cache(?:-key)?$/i;

/** What these runs cannot do without: the texts are read as they should be. */
const EXPECTED = [
  'activity-cache',
  'activity-cache-call',
  'activity-cache-collector',
  'activity-cache-continuation',
  'activity-cache.resolve',
  'activity-cache.store',
  'activity-cache.wait',
  'activity-cache.wake',
  'activity-cache/',
  'activity-cache/v1/',
  'activityCacheReservationV1',
];

test('whatever runs of every kind write has a name of the table, and each note too', async () => {
  const store = new NotingStore();
  const scenes = wholeScenes(require.resolve('../helpers/whole-workflows'));
  const body = async (x: unknown) => x;
  const seen = new Set<string>();
  const unknown = new Set<string>();
  await scenes(
    { f: body, g: body },
    async ({ begin, client }) => {
      const handles: Handle[] = [];
      const run = async (...call: Parameters<typeof begin>) => {
        const handle = await begin(...call);
        handles.push(handle);
        await handle.result();
      };
      await run('outer', [1], { cache: { mode: 'overwrite' } });
      await run('continued', [1, 1]);
      await run('parentOf', ['plain', [2], { version: '1' }], { cache: { version: '1' } });
      await Promise.all([3, 3, 3].map((x) => run('alone', [x])));
      for (const text of (await historiesOf(client, handles)).flatMap(textsIn)) {
        const name = nameOf(text);
        if (name !== undefined) seen.add(name.name);
        else if (!OTHER.test(text)) unknown.add(text);
      }
    },
    { plugin: { store }, wrap: (activities) => cachedAll('auto', activities) },
  );
  expect([...unknown]).toEqual([]);
  expect([...seen].sort()).toEqual(expect.arrayContaining(EXPECTED));
  expect([...store.noted].filter((name) => !notes.some((note) => name.startsWith(note.name)))).toEqual([]);
});
