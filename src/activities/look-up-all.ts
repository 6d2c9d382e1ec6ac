/**
 * Answers a Workflow that asks about many calls at once: each as if it had been asked about
 * separately, all in one payload.
 */
import type { Context } from '@temporalio/activity';
import { type Payload, RawValue } from '@temporalio/common';
import type { ActivityExecuteInput, ActivityInboundCallsInterceptor } from '@temporalio/worker';
import { readableAnswer } from '../wire/answer-verdict';
import { INLINE_BYTES } from '../wire/budget';
import { pack } from '../wire/pack';
import type { ToResolveAll } from '../wire/questions';
import { traceLookUps } from '../worker/span';
import { type Known, LookupInterceptor } from './look-up';

export class LookupAllInterceptor implements ActivityInboundCallsInterceptor {
  constructor(
    private readonly context: Context,
    private readonly known: Known,
  ) {}

  async execute({ args: [toResolveAll, ...args] }: ActivityExecuteInput): Promise<RawValue> {
    const { toResolve, mostBytes } = toResolveAll as ToResolveAll;
    let at = 0;
    const inputs = toResolve.map(({ question, args: count, headers }) => {
      const own = args.slice(at, at + count);
      const payloads = args.slice(at + count, at + count + headers.length) as RawValue[];
      at += count + headers.length;
      const most = Math.min(INLINE_BYTES, mostBytes);
      return {
        args: [{ ...question, mostBytes: most }, ...own],
        headers: Object.fromEntries<Payload>(headers.map((name, i) => [name, payloads[i]!.payload])),
      };
    });
    const room = { left: mostBytes };
    const answers = await Promise.all(
      inputs.map((input, i) =>
        // A look-up that fails does not affect the other calls.
        new LookupInterceptor(this.context, this.known, room)
          .payloadOf(input)
          .catch(() => readableAnswer({ answer: 'run' }, toResolve[i]!.question.activityType)),
      ),
    );
    traceLookUps(answers);
    return RawValue.fromPayload(pack(answers));
  }
}
