/** What the log says when a Worker starts. */
import type { Logger } from '@temporalio/common';
import type { Worker } from '@temporalio/worker';
import { OURS } from './wire/questions';
import type { ResolvedOptions } from './plugin-options';
import type { WorkerCache } from './worker-cache';
import { LACKS_INTERCEPTOR } from './worker/workflow-bundle';

/** What the plugin has found out about a Worker while it was configured. */
export interface Wired {
  cache: WorkerCache;
  interceptor: boolean | undefined;
  /** Whether the Worker had Activities of its own when it was configured. */
  hasActivities: boolean;
  /** Whether all warnings at that time could be logged. */
  isWarned: boolean;
}

const COMES_TOO_EARLY =
  'activity cache: this Worker takes no Activities: another plugin added some after the CachePlugin had found none. List the CachePlugin last';

/** With fewer, concurrent runs with look-ups evict one another from the Worker's memory. */
const FEW_WORKFLOWS = 2;
const TOO_FEW =
  "activity cache: this Worker keeps too few Workflows in memory (maxCachedWorkflows below 2). A run that is evicted while a local Activity of its own or a look-up (`cache` at a call site, 'cachedWorkflow') is running loses its Workflow Task, which costs 10 seconds";

/** Warns of a Worker's set-up, and says what it caches. */
export function logStart(
  { cache, interceptor, isWarned, hasActivities }: Wired,
  { options }: Worker,
  { off, readsOnly, secret }: ResolvedOptions,
  store: string,
  logger: Logger,
): void {
  if (!isWarned) logger.warn(LACKS_INTERCEPTOR);
  const late = [...options.activities.keys()].filter((type) => !OURS.includes(type));
  if (!options.enableNonLocalActivities && !hasActivities && late.length > 0)
    logger.warn(COMES_TOO_EARLY, { types: late });
  if (interceptor === true && options.maxCachedWorkflows < FEW_WORKFLOWS) logger.warn(TOO_FEW);
  const types = cache.cachedTypes;
  if (types.length === 0) return;
  const how = off ? 'off' : `${store}${readsOnly ? ', read only' : ''}`;
  logger.info(`activity cache: ${how}`, {
    taskQueue: options.taskQueue,
    types,
    versions: cache.versions,
    uncached: cache.uncachedTypes,
  });
  if (cache.hasCodecs && secret === undefined) {
    logger.warn(
      'activity cache: values are encoded by a codec, and no secret is given: digests of inputs are not kept, ' +
        'because inputs could be guessed from them, and misses cannot be explained down to the inputs. ' +
        "Set the plugin's 'secret' to keep the digests as HMACs",
    );
  }
}
