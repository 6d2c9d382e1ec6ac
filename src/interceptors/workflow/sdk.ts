/**
 * Everything private of Temporal's SDK that runs in the isolate: the activator of a run. Each access is named here and
 * nowhere else. {@link missingParts} says which of them another version of the SDK does not have.
 */
import type { PayloadConverter, PayloadTypeInfo, VersioningBehavior } from '@temporalio/common';
import { getActivator, maybeGetActivator } from '@temporalio/workflow/lib/global-attributes';

type Activator = ReturnType<typeof getActivator>;

/** A Set or a Map, of this realm or another. */
const isCollection = (value: { has?: unknown } | undefined): boolean => typeof value?.has === 'function';

/** What each part is used for, and how to see that it is there. Without one of them nothing is looked up in Workflows. */
const PARTS: readonly [name: string, isThere: (activator: Activator) => boolean][] = [
  // Makes arguments into payloads, and values of hits.
  ['payloadConverter', ({ payloadConverter }) => typeof payloadConverter?.toPayload === 'function'],
  // Says whether the Worker answers look-ups.
  ['registeredActivityNames', ({ registeredActivityNames }) => isCollection(registeredActivityNames)],
  // Tells the end of what an activation causes.
  ['blockedConditions', ({ blockedConditions }) => isCollection(blockedConditions)],
  ['nextSeqs.condition', ({ nextSeqs }) => typeof nextSeqs?.condition === 'number'],
  // Tell that a run has ended, or a call is cancelled: no command may follow.
  ['completed', ({ completed }) => typeof completed === 'boolean'],
  ['completions.activity', ({ completions }) => isCollection(completions?.activity)],
  // Holds updates back while a whole Workflow is looked up.
  ['bufferedUpdates', ({ bufferedUpdates }) => Array.isArray(bufferedUpdates)],
];

/** The names of the parts that this version of the SDK lacks. */
export const missingParts = (): string[] => {
  const activator = getActivator();
  return PARTS.filter(([, isThere]) => !isThere(activator)).map(([name]) => name);
};

export const payloadConverter = (): PayloadConverter => getActivator().payloadConverter;

export const isRegisteredActivity = (activityType: string): boolean =>
  getActivator().registeredActivityNames.has(activityType);

export const conditions = (): Pick<Activator, 'blockedConditions' | 'nextSeqs'> => getActivator();

/** Whether the command that ends the run has been given: none may come after it. */
export const isCompleted = (): boolean => getActivator().completed;

/** Whether the Activity with this number was scheduled, and has not ended. One whose scope is cancelled never is. */
export const isPending = (seq: number): boolean => getActivator().completions.activity.has(seq);

export const bufferedUpdates = (): Activator['bufferedUpdates'] => getActivator().bufferedUpdates;

/** The function of the Workflow. Without it a Workflow is cached only if its start says so. */
export const workflowFunction = (): Activator['workflow'] => getActivator().workflow;

export const workflowTypeInfo = (): PayloadTypeInfo | undefined => getActivator().typeInfo;

/** As the Workflow's own code says it. */
export const versioningBehavior = (): VersioningBehavior | undefined => getActivator().versioningBehavior;

/** An object that lives as long as the run; undefined outside of Workflows. */
export const runObject = (): object | undefined => maybeGetActivator();
