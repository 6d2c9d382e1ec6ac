/** The names under which Workers publish what they run, and Workflows what they used. */
import { ENDED, LIVE, USES } from '../wire/names';
import type { CollectorAddress } from '../wire/uses';

export interface Queue {
  namespace: string;
  scope: string;
  taskQueue?: string;
}

const path = (...parts: (string | undefined)[]): string =>
  parts.map((part) => (part === undefined ? '' : `${encodeURIComponent(part)}/`)).join('');

/** The prefix of the notes of running Workers. */
export const liveOn = ({ namespace, scope, taskQueue }: Queue): string =>
  `${LIVE}${path(namespace, scope, taskQueue)}`;

/** The prefix of the notes of Workers that have ended. */
export const endedOn = ({ namespace, scope, taskQueue }: Queue): string =>
  `${ENDED}${path(namespace, scope, taskQueue)}`;

export const usesOf = (collector: string, workflowId?: string): string => USES + path(collector, workflowId);

export const useOf = ({ collector, workflowId, run }: CollectorAddress): string =>
  usesOf(collector, workflowId) + encodeURIComponent(run);

/** The task queue in the name of a Worker's note, and the namespace. */
export const queueIn = (name: string): string => decodeURIComponent(name.split('/')[3] ?? '');
export const namespaceIn = (name: string): string => decodeURIComponent(name.split('/')[1] ?? '');
