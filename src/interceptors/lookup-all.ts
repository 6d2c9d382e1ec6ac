/** Answers a Workflow that asks about many calls at once: each as if it had been asked about alone, all in one payload. */
import type { Context } from '@temporalio/activity';
import { defaultPayloadConverter, type Payload, RawValue } from '@temporalio/common';
import type { ActivityExecuteInput, ActivityInboundCallsInterceptor } from '@temporalio/worker';
import { INLINE_BYTES } from '../lookup/budget';
import { pack } from '../lookup/pack';
import { type Answer, bytesOf, type ToResolveAll } from '../lookup/protocol';
import { type Known, LookupInterceptor } from './lookup';

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
    const answers = await Promise.all(
      inputs.map((input) => new LookupInterceptor(this.context, this.known).execute(input)),
    );
    return RawValue.fromPayload(pack(within(mostBytes, answers)));
  }
}

/** Values as long as there is room for them; of the others only that they are there. */
function within(mostBytes: number, answers: readonly (Answer | RawValue)[]): Payload[] {
  let left = mostBytes;
  return answers.map((answer) => {
    if (!(answer instanceof RawValue)) return defaultPayloadConverter.toPayload(answer);
    const bytes = bytesOf(answer.payload);
    if (bytes > left) return defaultPayloadConverter.toPayload({ answer: 'large' } satisfies Answer);
    left -= bytes;
    return answer.payload;
  });
}
