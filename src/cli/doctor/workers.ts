/** The running Workers, by the notes that they keep in the store. */
import { PACKAGE_VERSION } from '../../package-version';
import { RENEWED_EVERY_MS, type WorkerNote } from '../../dependencies/presence';
import { WORKERS } from '../../wire/names';
import type { CacheStore, Note } from '../../store/store';
import { answered, type Check, messageOf, ok, warning } from './check';

/** A Worker whose note was not renewed for this long counts as killed. */
const GONE_AFTER_MS = 3 * RENEWED_EVERY_MS;

export async function checkWorkers(store: CacheStore): Promise<Check[]> {
  let notes: Note[];
  try {
    notes = await answered(() => store.notes(WORKERS));
  } catch (error) {
    return [warning('workers', `cannot be asked for: ${messageOf(error)}`, 'see permissions')];
  }
  const workers = notes.filter(({ ageMs }) => ageMs < GONE_AFTER_MS).flatMap(noteOf);
  if (workers.length === 0) {
    return [
      warning(
        'workers',
        'none has said that it is there',
        'start a Worker with the plugin and this store; ACTIVITY_CACHE=off keeps it away',
      ),
    ];
  }
  return [present(workers), ...versions(workers), ...bundles(workers), ...scopes(workers)];
}

/** The Worker's note, as a list. The list is empty if the note comes from a later version. */
export function noteOf({ text }: Note): WorkerNote[] {
  try {
    return [JSON.parse(text) as WorkerNote];
  } catch {
    return [];
  }
}

function present(workers: readonly WorkerNote[]): Check {
  const queues = distinct(workers, queueOf);
  const count = workers.length === 1 ? '1 Worker' : `${workers.length} Workers`;
  return ok('workers', `${count} on ${queues.join(', ')}`);
}

function versions(workers: readonly WorkerNote[]): Check[] {
  const found = distinct(workers, ({ version }) => version);
  const seen = `Workers have ${found.join(' and ')}, this program ${PACKAGE_VERSION}`;
  if (found.length === 1 && found[0] === PACKAGE_VERSION) return [ok('versions', seen)];
  return [warning('versions', seen, 'let all have one version: others may not read what these store')];
}

function bundles(workers: readonly WorkerNote[]): Check[] {
  const lacking = workers.filter(({ interceptor }) => interceptor === false);
  if (lacking.length === 0) return [];
  const who = distinct(lacking, ({ identity, taskQueue }) => `${identity} on ${taskQueue}`);
  const fix =
    'give the plugin to bundleWorkflowCode({ plugins }) too; until then modes do not reach below the run, which looks nothing up';
  return [warning('bundles', `made without the plugin: ${who.join(', ')}`, fix)];
}

/**
 * Two scopes are two separate caches. This is right for two teams, and a mistake for the Workers of
 * one queue.
 */
function scopes(workers: readonly WorkerNote[]): Check[] {
  const divided = distinct(workers, queueOf).filter((queue) => {
    const on = workers.filter((worker) => queueOf(worker) === queue);
    return distinct(on, ({ scope }) => scope).length > 1;
  });
  const named = distinct(workers, ({ scope }) => `'${scope}'`).join(', ');
  if (divided.length === 0)
    return [ok('scopes', `Workers have ${named === `''` ? 'the default one' : named}`)];
  const seen = `Workers of ${divided.join(', ')} have different ones: ${named}`;
  return [warning('scopes', seen, 'give their plugins the same scope, or their calls do not share results')];
}

const queueOf = ({ namespace, taskQueue }: WorkerNote): string =>
  `task queue ${taskQueue} of namespace ${namespace}`;

const distinct = <T>(all: readonly T[], of: (one: T) => string): string[] => [...new Set(all.map(of))].sort();
