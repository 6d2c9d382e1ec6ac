/** Runs a program in a Workflow; looks at each answer on the spot. */
import { ActivityFailure, ApplicationFailure, rootCause } from '@temporalio/common';
import {
  CancellationScope,
  condition,
  executeChild,
  isCancellation,
  proxyActivities,
  proxyLocalActivities,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import {
  answerOf,
  type Call,
  digest,
  FAILURE,
  type Node,
  type Run,
  type StepArgument,
  typeName,
  type Value,
} from './program';
import { microtasks, wrapped } from './wrapping';

type Step = (argument: StepArgument, noise?: unknown) => Promise<string>;
type Of<D extends Node['do']> = Extract<Node, { do: D }>;

const retry = { initialInterval: 10, maximumAttempts: 5 };
const expected = () => ApplicationFailure.nonRetryable(FAILURE.message, FAILURE.type);

export class Interpreter {
  /** What it called and what was answered, in order. */
  readonly trace: string[] = [];
  readonly wrongs: string[] = [];
  signals: number;

  constructor(
    private readonly of: Run,
    private readonly tell: (what: string) => void,
  ) {
    this.signals = of.signals;
  }

  run(node: Node, input: Value): Promise<Value> {
    switch (node.do) {
      case 'call':
        return this.call(node, input);
      case 'sequence':
        return this.sequence(node.of, input);
      case 'all':
        return Promise.all(this.each(node.of, input)).then(together);
      case 'allSettled':
        return Promise.allSettled(this.each(node.of, input)).then((ends) =>
          together(ends.map((end) => (end.status === 'fulfilled' ? end.value : failed))),
        );
      case 'race':
        return unsure(() => Promise.race(this.each(node.of, input)));
      case 'any':
        return unsure(() => Promise.any(this.each(node.of, input)));
      case 'fan':
        return this.fan(node, input);
      case 'wrap':
        return wrapped(node.wrapping, node.depth, () => this.run(node.of[0], input));
      case 'catch':
        return this.run(node.of[0], input).catch(() => this.run(node.of[1], failed));
      case 'finally':
        return this.finally(node.of, input);
      case 'cleanUp':
        return this.cleanUp(node.of, input);
      case 'cancelOnFirst':
        return this.cancelOnFirst(node.of, input);
      case 'timeout':
        return unsure(() => CancellationScope.withTimeout(node.ms, () => this.run(node.of[0], input)));
      case 'cancelAfter':
        return this.cancelAfter(node, input);
      case 'nonCancellable':
        return CancellationScope.nonCancellable(() => this.run(node.of[0], input));
      case 'spawn':
        this.run(node.of[0], input).catch(() => {});
        return Promise.resolve(input);
      case 'sleep':
        return sleep(node.ms).then(() => input);
      case 'signal':
        return condition(() => this.signals >= Math.min(node.count, this.of.program.signals)).then(
          () => input,
        );
      case 'child':
        return this.child(node, input);
      case 'throw':
        return Promise.reject(expected());
    }
  }

  private each(nodes: Node[], { text, sure }: Value): Promise<Value>[] {
    return nodes.map((node, i) => this.run(node, { text: `${text}.${i}`, sure }));
  }

  private async sequence(nodes: Node[], input: Value): Promise<Value> {
    const values = [input];
    for (const node of nodes) values.push(await this.run(node, values.at(-1)!));
    return together(values);
  }

  /** Its members differ in how deep they are wrapped. */
  private async fan({ times, of: [node] }: Of<'fan'>, { text, sure }: Value): Promise<Value> {
    const one = (i: number) => this.run(node, { text: `${text}#${i}`, sure });
    const all = Array.from({ length: times }, (_, i) =>
      i % 3 === 0 ? one(i) : wrapped('async', i % 3, () => one(i)),
    );
    return together(await Promise.all(all));
  }

  private async finally([body, after]: [Node, Node], input: Value): Promise<Value> {
    try {
      return await this.run(body, input);
    } finally {
      await this.run(after, input);
    }
  }

  private async cleanUp([body, after]: [Node, Node], input: Value): Promise<Value> {
    try {
      return await this.run(body, input);
    } catch (error) {
      if (isCancellation(error)) await CancellationScope.nonCancellable(() => this.run(after, input));
      throw error;
    }
  }

  private async cancelOnFirst(nodes: Node[], input: Value): Promise<Value> {
    const scope = new CancellationScope();
    const first = scope.run(() => Promise.race(this.each(nodes, input)));
    const value = await unsure(() => first);
    scope.cancel();
    return value;
  }

  private async cancelAfter(
    { microtasks: count, of: [node] }: Of<'cancelAfter'>,
    input: Value,
  ): Promise<Value> {
    const scope = new CancellationScope();
    const value = unsure(() => scope.run(() => this.run(node, input)));
    await microtasks(count);
    scope.cancel();
    return value;
  }

  private async child({ kept, cache, site, named, of: [node] }: Of<'child'>, input: Value): Promise<Value> {
    const { program, salt, plain } = this.of;
    const phases = [node];
    const child: Run = {
      program: { name: `${program.name}/${site}`, phases, signals: 0, queries: 0, waits: false, kept },
      salt,
      plain,
      phase: 0,
      value: input,
      signals: 0,
    };
    this.trace.push(`child${site}`);
    return executeChild(kept ? 'kept' : 'plain', {
      args: [child],
      ...(named && {
        workflowId: `${workflowInfo().workflowId}/${site}/${digest(input.text)}/${this.trace.length}`,
      }),
      ...(!plain && cache && { cache }),
      workflowTaskTimeout: '3 seconds',
    }) as Promise<Value>;
  }

  private call(call: Call, input: Value): Promise<Value> {
    const { site, type, key, cache, local, length, fails, ms, unconvertible } = call;
    const { salt, plain } = this.of;
    const name = typeName(type);
    const shared = key?.startsWith('everybody') === true;
    const argument: StepArgument = {
      key: `${shared ? '' : salt}|${key ?? input.text}|${fails ?? ''}`,
      length,
      fails,
      ms,
    };
    const startToCloseTimeout = '30 seconds';
    const proxy = local
      ? proxyLocalActivities<Record<string, Step>>({ startToCloseTimeout, retry })
      : proxyActivities<Record<string, Step>>({ startToCloseTimeout, retry, ...(!plain && { cache }) });
    const scope = CancellationScope.current();
    this.trace.push(`${site}`);
    return proxy[name]!(argument, unconvertible ? 1n : site).then(
      (answer) => {
        this.trace.push(`+${site}`);
        const right = answerOf(name, argument);
        if (answer !== right)
          this.wrong(`site ${site}: ${name} answered ${brief(answer)} instead of ${brief(right)}`);
        if (fails === 'always' || unconvertible) this.wrong(`site ${site}: ${name} did not fail`);
        return { text: digest(answer), sure: key !== undefined || input.sure };
      },
      (error: unknown) => {
        this.trace.push(`-${site}`);
        if (isCancellation(error)) {
          if (!scope.consideredCancelled)
            this.wrong(`site ${site}: ${name} was cancelled, its scope was not`);
          throw error;
        }
        const cause = rootCause(error) ?? '';
        const isRight = unconvertible
          ? /BigInt|convert/i.test(String(error))
          : fails === 'always' && cause === FAILURE.message;
        if (!isRight) this.wrong(`site ${site}: ${name} failed: ${brief(String(error))}: ${brief(cause)}`);
        throw unconvertible && !(error instanceof ActivityFailure) ? expected() : error;
      },
    );
  }

  private wrong(what: string): void {
    this.wrongs.push(what);
    this.tell(what);
  }
}

const brief = (text: unknown): string => String(text).slice(0, 200);

const failed: Value = { text: 'failed', sure: true };

const together = (values: Value[]): Value => ({
  text: digest(values.map(({ text }) => text).join()),
  sure: values.every(({ sure }) => sure),
});

/** What comes of it depends on who was first, also whether it fails. */
const unsure = (body: () => Promise<Value>): Promise<Value> =>
  body().then(
    ({ text }) => ({ text, sure: false }),
    () => ({ text: 'failed', sure: false }),
  );
