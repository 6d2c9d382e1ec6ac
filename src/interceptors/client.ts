/**
 * The client interceptors: the option `cache` of a start becomes headers. Without the option
 * nothing is sent, except the keys that an Activity holds when it starts something.
 */
import type {
  ActivityClientInterceptor,
  ClientInterceptors,
  ScheduleClientInterceptor,
  WorkflowClientInterceptor,
} from '@temporalio/client';
import type { Headers } from '@temporalio/common';
import { heldKeys } from '../context';
import { writeCall } from '../options/call-site';
import { CALL, CONTROL, HELD } from '../wire/names';
import { writeHeader, writeHeld } from '../wire/run-control';
import { splitCache } from '../options/run-options';

/** @throws {CacheOptionsError} if `cache` is invalid */
function withCache(headers: Headers, options: object, where: string): Headers {
  const { cache } = options as { cache?: unknown };
  const held = heldKeys();
  const { control, call } = cache === undefined ? {} : splitCache(cache, where);
  return {
    ...headers,
    ...(control !== undefined && { [CONTROL]: writeHeader(control) }),
    ...(call !== undefined && { [CALL]: writeCall({ cache: call }) }),
    ...(held.length > 0 && { [HELD]: writeHeld(held) }),
  };
}

const workflow: WorkflowClientInterceptor = {
  async startWithDetails(input, next) {
    return next({ ...input, headers: withCache(input.headers, input.options, 'workflow.start') });
  },
  async signalWithStart(input, next) {
    return next({ ...input, headers: withCache(input.headers, input.options, 'workflow.signalWithStart') });
  },
  async startUpdateWithStart(input, next) {
    const { workflowStartHeaders, workflowStartOptions } = input;
    const headers = withCache(workflowStartHeaders, workflowStartOptions, 'WithStartWorkflowOperation');
    return next({ ...input, workflowStartHeaders: headers });
  },
};

const schedule: ScheduleClientInterceptor = {
  async create(input, next) {
    return next({
      ...input,
      headers: withCache(input.headers, input.options.action, 'schedule.create, action'),
    });
  },
};

const activity: ActivityClientInterceptor = {
  async start(input, next) {
    return next({ ...input, headers: withCache(input.headers, input.options, 'activity.start') });
  },
};

/** Adds our interceptors to the user's, as the innermost. Adding them twice has no effect. */
export function withClientInterceptors(given: ClientInterceptors | undefined): ClientInterceptors {
  return {
    ...given,
    workflow: addWorkflow(given?.workflow),
    schedule: add(given?.schedule, schedule),
    activity: add(given?.activity, activity),
  };
}

const ourCalls = () => workflow;

function addWorkflow(given: ClientInterceptors['workflow']): ClientInterceptors['workflow'] {
  if (given === undefined || Array.isArray(given)) return add(given, workflow);
  return { ...given, calls: add(given.calls, ourCalls) }; // This is the older form of the option.
}

function add<T>(given: readonly T[] | undefined, ours: T): T[] {
  if (given?.includes(ours)) return [...given];
  return [...(given ?? []), ours];
}
