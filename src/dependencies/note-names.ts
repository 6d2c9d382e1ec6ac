/** Under which names Workers publish what they run, and Workflows what they used. */
import { ENDED, LIVE, USES } from '../wire/names';
import type { CollectorAddress } from '../wire/uses';

export interface Queue {
  namespace: string;
  scope: string;
  taskQueue?: string;
}

const path = (...parts: (string | undefined)[]): string =>
  parts.map((part) => (part === undefined ? '' : `${encodeURIComponent(part)}/`)).join('');

/** Of Workers that run. */
export const liveOn = ({ namespace, scope, taskQueue }: Queue): string =>
  `${LIVE}${path(namespace, scope, taskQueue)}`;

/** Of Workers that have ended. */
export const endedOn = ({ namespace, scope, taskQueue }: Queue): string =>
  `${ENDED}${path(namespace, scope, taskQueue)}`;

export const usesOf = (collector: string, workflowId?: string): string => USES + path(collector, workflowId);

export const useOf = ({ collector, workflowId, run }: CollectorAddress): string =>
  usesOf(collector, workflowId) + encodeURIComponent(run);

/** Which queue a Worker of this note serves, and of which namespace. */
export const queueIn = (name: string): string => decodeURIComponent(name.split('/')[3] ?? '');
export const namespaceIn = (name: string): string => decodeURIComponent(name.split('/')[1] ?? '');
