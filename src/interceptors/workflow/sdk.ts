/**
 * Everything private of Temporal's SDK that runs in the isolate: the activator of a run. No other
 * file accesses it. {@link missingParts} lists the parts that another version of the SDK does not
 * have.
 */
import type { PayloadConverter, PayloadTypeInfo, VersioningBehavior } from '@temporalio/common';
import { AsyncLocalStorage } from '@temporalio/workflow';
import { getActivator, maybeGetActivator } from '@temporalio/workflow/lib/global-attributes';

type Activator = ReturnType<typeof getActivator>;

/** Whether a value is a Set or a Map, of this realm or another. */
const isCollection = (value: { has?: unknown } | undefined): boolean => typeof value?.has === 'function';

/**
 * What each part is used for, and how to check that it exists. Without one of them nothing is
 * looked up in Workflows.
 */
const PARTS: readonly [name: string, isThere: (activator: Activator) => boolean][] = [
  // The converter turns arguments and the values of hits into payloads.
  ['payloadConverter', ({ payloadConverter }) => typeof payloadConverter?.toPayload === 'function'],
  // The registered names show whether the Worker answers look-ups.
  ['registeredActivityNames', ({ registeredActivityNames }) => isCollection(registeredActivityNames)],
  // The conditions are used to detect the end of what an activation causes.
  ['blockedConditions', ({ blockedConditions }) => isCollection(blockedConditions)],
  ['nextSeqs.condition', ({ nextSeqs }) => typeof nextSeqs?.condition === 'number'],
  // These show that a run has ended or a call is cancelled. No command may follow.
  ['completed', ({ completed }) => typeof completed === 'boolean'],
  ['completions.activity', ({ completions }) => isCollection(completions?.activity)],
  // Updates are held back here while a whole Workflow is looked up.
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

/** Whether the command that ends the run has been given. No command may come after it. */
export const isCompleted = (): boolean => getActivator().completed;

/**
 * Whether the Activity with this number was scheduled and has not ended. False for one whose scope
 * was already cancelled.
 */
export const isPending = (seq: number): boolean => getActivator().completions.activity.has(seq);

export const bufferedUpdates = (): Activator['bufferedUpdates'] => getActivator().bufferedUpdates;

/** The function of the Workflow. Without it a Workflow is cached only if its start asks for it. */
export const workflowFunction = (): Activator['workflow'] => getActivator().workflow;

export const workflowTypeInfo = (): PayloadTypeInfo | undefined => getActivator().typeInfo;

/** The versioning behavior that the Workflow's own code declares. */
export const versioningBehavior = (): VersioningBehavior | undefined => getActivator().versioningBehavior;

/** An object that lives as long as the run. Undefined outside of Workflows. */
export const runObject = (): object | undefined => maybeGetActivator();

export type Within = <T>(act: () => T) => T;

/**
 * Captures the current async context, in which interceptors that trace find the span of the call.
 * Node has snapshots since 20.5. Without them a look-up is a trace of its own.
 */
export const asyncContext = (): Within => {
  const storage = AsyncLocalStorage as { snapshot?: () => Within };
  return storage.snapshot?.() ?? ((act) => act());
};
