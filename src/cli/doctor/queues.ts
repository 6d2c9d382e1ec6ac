/** The task queues on which the Workers of a store run, or ran in the last days, by their notes. */
import { namespaceIn, queueIn } from '../../dependencies/note-names';
import { ENDED, LIVE, WORKERS } from '../../wire/names';
import type { CacheStore } from '../../store/store';
import { noteOf } from './workers';

export interface WorkerQueue {
  namespace: string;
  taskQueue: string;
}

/** The queues. A queue may appear more than once. */
export async function queuesOf(store: CacheStore): Promise<WorkerQueue[]> {
  const published = [...(await store.notes(LIVE)), ...(await store.notes(ENDED))];
  const workers = await store.notes(WORKERS);
  return [
    ...published.map(({ name }) => ({ namespace: namespaceIn(name), taskQueue: queueIn(name) })),
    ...workers.flatMap(noteOf),
  ];
}
