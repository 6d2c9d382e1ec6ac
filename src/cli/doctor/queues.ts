/** On which task queues the Workers of a store are, or were in the last days: as their notes say. */
import { namespaceIn, queueIn } from '../../dependencies/note-names';
import { ENDED, LIVE, WORKERS } from '../../wire/names';
import type { CacheStore } from '../../store/store';
import { noteOf } from './workers';

export interface WorkerQueue {
  namespace: string;
  taskQueue: string;
}

/** A queue may be there more than once. */
export async function queuesOf(store: CacheStore): Promise<WorkerQueue[]> {
  const published = [...(await store.notes(LIVE)), ...(await store.notes(ENDED))];
  const workers = await store.notes(WORKERS);
  return [
    ...published.map(({ name }) => ({ namespace: namespaceIn(name), taskQueue: queueIn(name) })),
    ...workers.flatMap(noteOf),
  ];
}
