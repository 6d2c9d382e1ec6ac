/**
 * Reads what a run may read and write, from a header or the memo. Both the host and Workflow code
 * import this module. Reading never throws, because the content of a header is untrusted.
 */
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { type CacheMode, MODES, type TravellingControl } from '../wire/run-control';
import { nearestTo } from './check';

const MAX_PATTERNS = 100;
const MAX_PATTERN_LENGTH = 1_000;

/** `problem`: why the value is ignored. `warning`: which part of it is ignored. */
export type Read = { control?: TravellingControl; problem?: string; warning?: string };

/** Reads a header: JSON, as this package or the Temporal CLI writes it. */
export function readHeader(payload: Payload | null | undefined): Read {
  if (payload == null) return {};
  try {
    return readControl(defaultPayloadConverter.fromPayload(payload));
  } catch {
    return { problem: 'it is not JSON' };
  }
}

/** Reads a decoded header or memo field. */
export function readControl(value: unknown): Read {
  if (value === undefined || value === null) return {};
  if (typeof value !== 'object') return { problem: 'it is not an object' };
  const { mode, activities, run } = value as Record<string, unknown>;
  const unknown = Array.isArray(value) ? undefined : unknownField(value);
  const isMode = MODES.includes(mode as CacheMode);
  // Without its `activities` the mode would apply to all of them.
  if (unknown?.nearest === 'activities' || (unknown?.nearest === 'mode' && !isMode))
    return { problem: unknown.text };
  if (!isMode) return { problem: `its mode is not one of ${MODES.join(', ')}` };
  if (activities !== undefined && !isPatterns(activities))
    return { problem: 'its activities are not a list of at most 100 patterns' };
  return {
    control: {
      mode: mode as CacheMode,
      ...(activities !== undefined && { activities: activities as string[] }),
      ...(typeof run === 'string' && run.length <= MAX_PATTERN_LENGTH && { run }),
    },
    ...(unknown !== undefined && { warning: unknown.text }),
  };
}

const FIELDS = ['mode', 'activities'];
const LIKE_ACTIVITIES = ['type', 'types', 'task', 'tasks', 'name', 'names', 'only', 'include', 'filter'];
const OTHER_SPELLINGS = Object.fromEntries(LIKE_ACTIVITIES.map((name) => [name, 'activities']));

/** The first unknown field of a control, and the valid field that it may stand for. */
function unknownField(value: object): { nearest: string | undefined; text: string } | undefined {
  const field = Object.keys(value).find((name) => ![...FIELDS, 'run'].includes(name));
  if (field === undefined) return undefined;
  const short = field.slice(0, 40);
  const nearest = nearestTo(short, FIELDS, OTHER_SPELLINGS);
  // A header is untrusted, and a log may be shown in a terminal.
  const shown = `'${short.replace(/[^\w.-]/g, '?')}'`;
  const advice = nearest === undefined ? `. Valid: ${FIELDS.join(', ')}` : `; did you mean '${nearest}'?`;
  return { nearest, text: `it has an unknown field ${shown}${advice}` };
}

const isPatterns = (value: unknown): boolean =>
  Array.isArray(value) &&
  value.length <= MAX_PATTERNS &&
  value.every((pattern) => typeof pattern === 'string' && pattern.length <= MAX_PATTERN_LENGTH);
