/** One run of a program: started, disturbed, awaited, and what its histories say. */
import { setTimeout as sleep } from 'node:timers/promises';
import { rootCause } from '@temporalio/common';
import {
  WorkflowFailedError,
  type WorkflowHandle,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
} from '@temporalio/client';
import type { Fleet, Mode } from './fleet';
import { FAILURE, type Program, type Run, type Value } from './program';
import { Random } from './random';
import { signal, trace, update } from './protocol';

export type Kind = 'wrong' | 'difference' | 'stuck' | 'failed task' | 'replay' | 'query';

export interface Finding {
  kind: Kind;
  /** Which run of the program: `warm, replaced`. */
  where: string;
  text: string;
}

export type History = Awaited<ReturnType<WorkflowHandle['fetchHistory']>>;

export interface RunRecord {
  mode: Mode;
  where: string;
  /** What is compared. */
  outcome?: string;
  updated?: string;
  histories: { workflowId: string; runId: string; history: History; isChild: boolean }[];
  findings: Finding[];
  unhandledCommands: number;
  timedOut: number;
  /** Stuck without the plugin, because it commanded something after its end (after-end.ts). */
  isStuckAfterEnd: boolean;
}

const LOOKED_AT_EVERY_MS = 1_000;
/** Failed so often in a row, and nothing changes: it will fail for ever. */
const HOPELESS_ATTEMPT = 4;
/** Of a Workflow Task that times out again and again. */
const MAX_ATTEMPTS = 12;
const MAX_CHILDREN = 4;
/** WORKFLOW_EXECUTION_STATUS_RUNNING. */
const RUNNING: unknown = 1;

export interface RunOptions {
  program: Program;
  salt: string;
  mode: Mode;
  where: string;
  workflowId: string;
  /** How long nothing may happen in a run. */
  patienceMs: number;
}

export async function runProgram(fleet: Fleet, options: RunOptions): Promise<RunRecord> {
  const { program, salt, mode, where, workflowId } = options;
  const { client } = fleet;
  const input: Run = { program, salt, plain: mode === 'bare', phase: 0, value: START, signals: 0 };
  const record: RunRecord = {
    mode,
    where,
    histories: [],
    findings: [],
    unhandledCommands: 0,
    timedOut: 0,
    isStuckAfterEnd: false,
  };
  const handle = await client.workflow.start(program.kept ? 'kept' : 'plain', {
    taskQueue: fleet.queue(mode),
    workflowId,
    args: [input],
    ...((mode === 'small' || mode === 'none') && { workflowTaskTimeout: '3 seconds' }),
  });
  const latest = client.workflow.getHandle(workflowId);
  const disturbed = disturb(latest, program, record);
  const outcome = outcomeOf(handle);
  disturbed.catch(() => {}); // it is awaited below
  record.outcome = await watched(fleet, latest, outcome, options, record);
  await disturbed;
  if (record.outcome !== undefined && program.cancelledAfter === undefined) await askAgain(latest, record);
  await readHistories(fleet, handle, record);
  if (mode === 'bare') nameStuckAfterEnd(fleet, record);
  return record;
}

const START: Value = { text: 'start', sure: true };

/** Signals, updates, queries and a cancellation, whenever they come. */
async function disturb(handle: WorkflowHandle, program: Program, record: RunRecord): Promise<void> {
  const random = new Random(handle.workflowId);
  const { onUpdate, signals, queries, cancelledAfter } = program;
  const ended = (error: unknown) => {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  };
  const later = () => sleep(random.int(0, 120));
  const works: Promise<unknown>[] = [];
  for (let i = 0; i < signals; i++)
    works.push(
      later()
        .then(() => handle.signal(signal))
        .catch(ended),
    );
  if (onUpdate !== undefined) works.push(later().then(() => askToUpdate(handle, record)));
  for (let i = 0; i < queries; i++)
    works.push(
      later()
        .then(() => handle.query(trace))
        .catch(() => {}),
    );
  if (cancelledAfter !== undefined)
    works.push(
      sleep(cancelledAfter)
        .then(() => handle.cancel())
        .catch(ended),
    );
  await Promise.all(works);
}

/** The run may end first: then there is nothing to compare. */
async function askToUpdate(handle: WorkflowHandle, record: RunRecord): Promise<void> {
  try {
    record.updated = compared(await handle.executeUpdate<Value, []>(update));
  } catch (error) {
    const cause = error instanceof WorkflowUpdateFailedError ? rootCause(error.cause) : undefined;
    if (cause === FAILURE.message) record.updated = `failed: ${cause}`;
  }
}

const compared = ({ text, sure }: Value): string => (sure ? text : 'depends');

function outcomeOf(handle: WorkflowHandle): Promise<string> {
  return handle.result().then(
    (value) => `returned ${compared(value as Value)}`,
    (error: unknown) => {
      if (!(error instanceof WorkflowFailedError)) throw error;
      return `failed: ${rootCause(error.cause) ?? ''}`;
    },
  );
}

/** Its outcome, or undefined where it is stuck: then it is terminated. */
async function watched(
  { witness }: Fleet,
  handle: WorkflowHandle,
  outcome: Promise<string>,
  { where, patienceMs }: RunOptions,
  record: RunRecord,
): Promise<string | undefined> {
  let [since, seen] = [Date.now(), ''];
  for (;;) {
    const look = new AbortController();
    const pause = sleep(LOOKED_AT_EVERY_MS, undefined, { signal: look.signal }).catch(() => {});
    const ended = await Promise.race([outcome, pause]);
    look.abort();
    if (ended !== undefined) return ended;
    const { raw } = await handle.describe();
    const attempt = raw.pendingWorkflowTask?.attempt ?? 0;
    const isRefused = witness.afterEnd.has(raw.workflowExecutionInfo?.execution?.runId ?? '') && attempt > 1;
    const isHopeless =
      isRefused || (attempt >= HOPELESS_ATTEMPT && (await lastFailure(handle)) !== undefined);
    const now = `${String(raw.workflowExecutionInfo?.historyLength)} ${attempt}`;
    if (now !== seen) [since, seen] = [Date.now(), now];
    if (!isHopeless && Date.now() - since < patienceMs && attempt < MAX_ATTEMPTS) continue;
    if (raw.workflowExecutionInfo?.status !== RUNNING) return outcome;
    const text = `nothing new for ${Date.now() - since} ms, attempt ${attempt} of its Workflow Task: ${(await lastFailure(handle)) ?? 'nothing failed'}`;
    record.findings.push({ kind: 'stuck', where, text });
    outcome.catch(() => {});
    await handle.terminate('stuck').catch(() => {});
    return undefined;
  }
}

/** Excuses that a run without the plugin, or one of its children, is stuck for this reason. Runs with the plugin never are. */
function nameStuckAfterEnd({ witness }: Fleet, record: RunRecord): void {
  if (!record.histories.some(({ runId }) => witness.afterEnd.has(runId))) return;
  const others = record.findings.filter(({ kind }) => kind !== 'stuck');
  record.isStuckAfterEnd = others.length < record.findings.length;
  record.findings = others;
}

/** How its last Workflow Task failed, if it did, and not in the server's ordinary way. */
async function lastFailure(handle: WorkflowHandle): Promise<string | undefined> {
  const { events } = await handle.fetchHistory();
  const failed = events?.findLast((event) => event.workflowTaskFailedEventAttributes != null);
  const attributes = failed?.workflowTaskFailedEventAttributes;
  if (attributes == null || isOrdinary(attributes.cause)) return undefined;
  return `cause ${attributes.cause}: ${attributes.failure?.message ?? ''}`;
}

/** An event came while the task was completing. */
const UNHANDLED_COMMAND: unknown = 1;
/** The sticky queue was reset, the run was closed, or reset. */
const ORDINARY: unknown[] = [UNHANDLED_COMMAND, 13, 17, 20];
const isOrdinary = (cause: unknown): boolean => ORDINARY.includes(cause);

const messagesOf = (error: unknown): string =>
  error instanceof Error ? `${error.message}: ${messagesOf(error.cause)}` : '';

/** A query to a run that has ended: whoever does not have it in memory begins it again from its history. */
async function askAgain(handle: WorkflowHandle, record: RunRecord): Promise<void> {
  try {
    await handle.query(trace);
  } catch (error) {
    const message = messagesOf(error);
    // The run may have none, where it was a hit; and its Worker may be about to go.
    if (/TMPRL|determinis/i.test(message))
      record.findings.push({ kind: 'query', where: record.where, text: message });
  }
}

async function readHistories(
  fleet: Fleet,
  handle: WorkflowHandle & { firstExecutionRunId: string },
  record: RunRecord,
) {
  const { client, witness } = fleet;
  const open: { workflowId: string; runId: string; isChild: boolean }[] = [
    { workflowId: handle.workflowId, runId: handle.firstExecutionRunId, isChild: false },
  ];
  for (let one = open.shift(), children = 0; one !== undefined; one = open.shift()) {
    const { workflowId, runId, isChild } = one;
    const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    record.histories.push({ ...one, history });
    for (const event of history.events ?? []) {
      const { cause, failure } = event.workflowTaskFailedEventAttributes ?? {};
      if (cause === UNHANDLED_COMMAND) record.unhandledCommands++;
      else if (cause != null && !isOrdinary(cause)) {
        const text = `${isChild ? 'of a child, ' : ''}cause ${cause}: ${failure?.message ?? ''}`;
        record.findings.push({ kind: 'failed task', where: record.where, text });
      }
      if (event.workflowTaskTimedOutEventAttributes != null) record.timedOut++;
      const next = event.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId;
      if (next != null) open.push({ workflowId, runId: next, isChild });
      const child = event.childWorkflowExecutionStartedEventAttributes?.workflowExecution;
      if (child?.workflowId != null && children++ < MAX_CHILDREN)
        open.push({ workflowId: child.workflowId, runId: child.runId!, isChild: true });
    }
    for (const wrong of witness.takeWrongs(runId)) record.findings.push({ ...wrong, where: record.where });
  }
}
