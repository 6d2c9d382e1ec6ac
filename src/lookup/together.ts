/**
 * Look-ups that are made together: one local Activity asks about many calls. A local Activity of its own for each takes longer than all else
 * that a hit takes.
 */
import { type Headers, type Payload, RawValue, rawValueTypeInfo, type TypeInfo } from '@temporalio/common';
import { CancellationScope, proxyLocalActivities } from '@temporalio/workflow';
import { ASKED_FOR, type Asked, failed, type Looked, toLooked } from './ask';
import type { Budget } from './budget';
import { unpack } from './pack';
import { bytesOf, type Question, RESOLVE_ALL, type ToResolve } from './protocol';

/** More calls, or more arguments and headers, are asked about by several. */
const [MOST_CALLS, MOST_ARGUMENTS] = [200, 5_000];

interface Pending {
  question: Omit<Question, 'mostBytes'>;
  asked: Asked;
  scope: CancellationScope;
  tell: (looked: Looked) => void;
  fail: (error: unknown) => void;
}

export class Together {
  private pending: Pending[] | undefined;

  constructor(private readonly budget: Budget) {}

  /** Calls that `calls` makes before it returns are asked about together. */
  collect<T>(calls: () => T): T {
    if (this.pending !== undefined) return calls(); // within another one
    const pending: Pending[] = (this.pending = []);
    try {
      return calls();
    } finally {
      this.pending = undefined;
      const parts = inParts(pending);
      for (const part of parts) this.send(part, parts.length);
    }
  }

  /** Undefined where nobody collects. */
  add(question: Omit<Question, 'mostBytes'>, asked: Asked): Promise<Looked> | undefined {
    const { pending } = this;
    if (pending === undefined) return undefined;
    return new Promise((tell, fail) => {
      pending.push({ question, asked, scope: CancellationScope.current(), tell, fail });
    });
  }

  private send(pending: Pending[], parts: number): void {
    const together = { calls: pending.length, parts };
    this.budget
      .spend((mostBytes, ended) => askAll(pending, mostBytes, ended), together)
      .then((all) => pending.forEach(({ tell }, i) => tell(all[i]!)))
      .catch((error: unknown) => pending.forEach((one) => end(one, error)));
  }
}

function inParts(pending: readonly Pending[]): Pending[][] {
  const parts: Pending[][] = [];
  let size = Infinity;
  for (const one of pending) {
    const { args, headers } = one.asked;
    const more = args.length + Object.keys(headers).length;
    if (size + more > MOST_ARGUMENTS || parts.at(-1)!.length === MOST_CALLS) {
      parts.push([]);
      size = 0;
    }
    parts.at(-1)!.push(one);
    size += more;
  }
  return parts;
}

/** What cancels the look-up need not cancel all of its calls. */
function end({ scope, tell, fail }: Pending, error: unknown): void {
  if (scope.consideredCancelled) return fail(error);
  try {
    tell(failed(error));
  } catch (other) {
    fail(other);
  }
}

async function askAll(
  pending: readonly Pending[],
  mostBytes: number,
  ended: (bytes: number) => void,
): Promise<Looked[]> {
  const toResolve: ToResolve[] = pending.map(({ question, asked }) => ({
    question: { ...question, mostBytes: 0 },
    args: asked.args.length,
    headers: Object.keys(asked.headers),
  }));
  const args = pending.flatMap(({ asked }) => [...asked.args, ...payloadsOf(asked.headers)]);
  const types = pending.flatMap(({ asked }) => [
    ...asked.args.map((_, i) => asked.typeInfo?.inputTypes?.[i]),
    ...Object.keys(asked.headers).map(() => rawValueTypeInfo),
  ]);
  const { [RESOLVE_ALL]: resolve } = proxyLocalActivities({
    scheduleToCloseTimeout: ASKED_FOR,
    retry: { maximumAttempts: 1 },
    summary: `cache lookup · ${pending.length} calls`,
    activityTypeInfo: {
      [RESOLVE_ALL]: { inputTypes: [undefined, ...types] as TypeInfo[], outputType: rawValueTypeInfo },
    },
  });
  let payloads: Payload[] = [];
  try {
    const told: unknown = await resolve!({ toResolve, mostBytes }, ...args);
    payloads = told instanceof RawValue ? (unpack(told.payload) ?? []) : [];
  } finally {
    ended(payloads.reduce((sum, payload) => sum + bytesOf(payload), 0));
  }
  return pending.map((_, i) => toLooked(payloads[i] && RawValue.fromPayload(payloads[i])));
}

const payloadsOf = (headers: Headers): RawValue[] =>
  Object.values(headers).map((payload) => RawValue.fromPayload(payload));
