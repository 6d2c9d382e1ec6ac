/** What a cached Workflow used: what must not have changed for its result to count. Imported by the host and by Workflow code. */

import type { EntryStamp, Outcome } from './outcome';

/** An Activity, or a child Workflow. */
export interface Use {
  kind: 'activity' | 'workflow';
  /** Undefined: that of the Workflow itself, wherever it runs. */
  taskQueue?: string;
  type: string;
  /** The version that all its results say made them. */
  madeBy?: string;
}

/** As it was when the result was made. */
export type VersionedUse = Use & { version: string };

/** Names of what is of several versions at once. */
export type Ambiguous = readonly string[];

/** The entry of a cached Activity or Workflow whose value was used. */
export interface UsedResult extends EntryStamp {
  type: string;
  version: string;
  key: string;
}

/** More is not kept: a result depends on too much to be sure of it. */
export const MAX_USED = 2_000;

/** What one Workflow used, itself or by the children that are no units of their own. */
export interface Used {
  uses: readonly Use[];
  /** Ids of the children whose own word is to be there too. */
  children: readonly string[];
  /** The task queues of those children that were given one. */
  queues?: Readonly<Record<string, string>>;
  /** Undefined in what older versions say. */
  results?: readonly UsedResult[];
  /** Types of Activities that returned results which say nothing of the cache. */
  unlabelled?: readonly string[];
  /** Why something made of it cannot be kept: a value was used that is no entry's. */
  unkept?: string;
  /** It used more than can be kept. */
  tooMuch?: true;
}

export const TOO_MUCH = 'it used more than can be kept';

/** Why nothing made of this value can be kept. @param of - whose value */
export const unkeptOf = (of: string, { status, reason }: Pick<Outcome, 'status' | 'reason'>): string =>
  `the result of ${of} is no entry of the cache (${[status, reason].filter(Boolean).join(', ')})`;

/** @returns undefined where the value is no entry's */
export const resultOf = (type: string, { version, key, entry }: Partial<Outcome>): UsedResult | undefined =>
  entry && { type, version: version!, key: key!, ...entry };

/** To whom a Workflow tells what it used: the nearest one above that is cached by its code; and as which run. */
export interface CollectorAddress {
  collector: string;
  workflowId: string;
  run: string;
  /** Of the Workflow that tells it, where `collector` is neither this one nor the root: the host asks the server whether it is above them. */
  parent?: { namespace: string; workflowId: string; runId: string };
}

/** A collector is named by its Workflow id and its run. */
export const workflowIdOf = (collector: string): string => collector.slice(0, collector.lastIndexOf('/'));

export const nameOf = ({ kind, taskQueue, type }: Use): string =>
  `${kind} '${type}'${taskQueue === undefined ? '' : ` on '${taskQueue}'`}`;
