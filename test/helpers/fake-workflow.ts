/**
 * The Workflow that code runs in, without an isolate: `jest.mock` puts it in the place of the SDK's modules. Local Activities are answered by
 * the test; signals and timers are its own to bring.
 */
import { defaultPayloadConverter } from '@temporalio/common';

export interface Said {
  type: string;
  args: any[];
}

const initial = () => ({
  info: {
    workflowId: 'w',
    runId: 'r',
    namespace: 'default',
    taskQueue: 'q',
    workflowType: 'whole',
    runTimeoutMs: 0,
    executionTimeoutMs: 0,
    historyLength: 3,
    continuedFromExecutionRunId: undefined as string | undefined,
    retryPolicy: undefined as object | undefined,
    parent: undefined as object | undefined,
    root: undefined as object | undefined,
    unsafe: { isReplaying: false },
  },
  /** Whether the scope is. */
  cancelled: false,
  /** The local Activities that were called. */
  said: [] as Said[],
  answer: (_: Said): unknown => undefined,
  /** The handler that was set last. */
  signal: (_: unknown): void => undefined,
  /** What is waited for: `goOn` ends it where it holds, or because its timer has fired. */
  conditions: [] as { ms: number; summary?: string; goOn: (timer?: 'timer') => void }[],
});

export const fake = initial();

/** As if nothing had happened. */
export const newWorkflow = (): void => void Object.assign(fake, initial());

const local =
  (type: string) =>
  async (...args: unknown[]) => {
    fake.said.push({ type, args });
    return fake.answer({ type, args });
  };

/** In the place of `@temporalio/workflow`. */
export const workflow = {
  ...jest.requireActual<object>('@temporalio/workflow'),
  workflowInfo: () => fake.info,
  patched: () => true,
  log: { warn: () => undefined },
  CancellationScope: class {
    static readonly current = () => ({ consideredCancelled: fake.cancelled });
    static readonly nonCancellable = (run: () => unknown) => run();
    readonly run = (fn: () => unknown) => fn();
  },
  proxyLocalActivities: () => new Proxy({}, { get: (_, type: string) => local(type) }),
  setHandler: (_: unknown, handler: typeof fake.signal) => (fake.signal = handler),
  condition: (holds: () => boolean, ms: number, { summary }: { summary?: string } = {}) =>
    new Promise<void>((resolve) => {
      const goOn = (timer?: 'timer') => {
        if (timer !== undefined || holds()) resolve();
      };
      fake.conditions.push({ ms, summary, goOn });
      goOn();
    }),
};

/** Looked at again and again, as the SDK does, when all microtasks have run. */
class Conditions extends Map<number, { fn(): boolean; resolve(): void }> {
  /** Told what an activation fails with. */
  fail: (error: unknown) => void = (error) => {
    throw error;
  };

  override set(seq: number, condition: { fn(): boolean; resolve(): void }): this {
    if (this.size === 0) setImmediate(() => this.pass());
    return super.set(seq, condition);
  }

  private pass(): void {
    for (const [seq, condition] of this.entries()) {
      if (!condition.fn()) continue;
      this.delete(seq);
      try {
        condition.resolve();
      } catch (error) {
        this.fail(error);
      }
    }
    if (this.size > 0) setImmediate(() => this.pass());
  }
}

/** Of `@temporalio/workflow/lib/global-attributes`. */
export const activator = {
  blockedConditions: new Conditions(),
  nextSeqs: { condition: 1 },
  completed: false,
  workflow: async () => undefined,
  payloadConverter: defaultPayloadConverter,
  registeredActivityNames: { has: () => true },
};
