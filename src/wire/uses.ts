/**
 * What a cached Workflow used, and what must not have changed for its result to count. Both the
 * host and Workflow code import this module.
 */

import type { EntryStamp, Outcome } from './outcome';

/** An Activity or a child Workflow. */
export interface Use {
  kind: 'activity' | 'workflow';
  /** The task queue. Undefined: that of the Workflow itself, wherever it runs. */
  taskQueue?: string;
  type: string;
  /** The version in the labels of all its results. */
  madeBy?: string;
}

/** A use with its version when the result was made. */
export type VersionedUse = Use & { version: string };

/** The names of Activities and Workflows that run in several versions at once. */
export type Ambiguous = readonly string[];

/** The entry of a cached Activity or Workflow whose value was used. */
export interface UsedResult extends EntryStamp {
  type: string;
  version: string;
  key: string;
}

/** The maximum that is kept. A result with more dependencies is not stored. */
export const MAX_USED = 2_000;

/** What one Workflow used, itself or through children that are not units of their own. */
export interface Used {
  uses: readonly Use[];
  /** The ids of the children that report separately. */
  children: readonly string[];
  /** The task queues of the children for which one is set. */
  queues?: Readonly<Record<string, string>>;
  /** The results that were used. Undefined from older versions. */
  results?: readonly UsedResult[];
  /** The types of Activities that returned results without a label. */
  unlabelled?: readonly string[];
  /**
   * Why a result made of this cannot be stored: a value was used that does not come from an entry.
   */
  unkept?: string;
  /** Set if it used more than can be kept. */
  tooMuch?: true;
}

export const TOO_MUCH = 'it used more than can be kept';

/**
 * The reason why a result made of this value cannot be stored.
 * @param of - names the call that returned the value
 */
export const unkeptOf = (of: string, { status, reason }: Pick<Outcome, 'status' | 'reason'>): string =>
  `the result of ${of} is no entry of the cache (${[status, reason].filter(Boolean).join(', ')})`;

/** @returns undefined if the value does not come from an entry */
export const resultOf = (type: string, { version, key, entry }: Partial<Outcome>): UsedResult | undefined =>
  entry && { type, version: version!, key: key!, ...entry };

/**
 * The address of a collector, the nearest Workflow above that is cached by its code, and the run
 * that reports to it.
 */
export interface CollectorAddress {
  collector: string;
  workflowId: string;
  run: string;
  /**
   * The parent of the Workflow that reports, set if `collector` is neither this parent nor the
   * root. Then the host asks the server whether the collector is above.
   */
  parent?: { namespace: string; workflowId: string; runId: string };
}

/** The Workflow id of a collector, whose name consists of its Workflow id and its run id. */
export const workflowIdOf = (collector: string): string => collector.slice(0, collector.lastIndexOf('/'));

export const nameOf = ({ kind, taskQueue, type }: Use): string =>
  `${kind} '${type}'${taskQueue === undefined ? '' : ` on '${taskQueue}'`}`;
