/** Asks the host about a call, by a local Activity: its answer is one marker in the Workflow Task that is under way. */
import {
  ActivityFailure,
  CancelledFailure,
  type Headers,
  type Payload,
  type PayloadTypeInfo,
  RawValue,
  rawValueTypeInfo,
  type SerializationContext,
  type TypeInfo,
} from '@temporalio/common';
import { fromPayloadWithTypeInfo } from '@temporalio/common/lib/converter/payload-converter';
import { isCancellation, proxyLocalActivities } from '@temporalio/workflow';
import { getActivator } from '@temporalio/workflow/lib/global-attributes';
import { decodeOutcome, type Outcome, OUTCOME_METADATA } from '../status';
import { type Answer, bytesOf, type Question, RESOLVE, toAnswer } from './protocol';

/** Well under a Workflow Task's 10 s, and over what a store may take. */
export const ASKED_FOR = '5 seconds';

/** The headers of the calls that are asked about: keys may depend on them. */
const headersOf = new WeakMap<object, Headers>();

/** For the interceptor of local Activities: of a question, the headers that its call would have. */
export const headersOfQuestion = (args: readonly unknown[]): Headers | undefined =>
  headersOf.get(args[0] ?? {});

export type Looked =
  { hit: Payload; outcome: Outcome; bytes: number } | (Answer & { hit?: undefined; bytes: number });

export interface Asked {
  args: readonly unknown[];
  headers: Headers;
  typeInfo: PayloadTypeInfo | undefined;
  summary: string;
}

/**
 * A look-up that fails says nothing about the call: the Activity is to run.
 * @param ended - told how large the answer was, once
 * @throws the cancellation of the scope; and, on a Worker that has no look-ups though this run has made some, what fails the Workflow Task:
 * another Worker goes on
 */
export function ask(
  question: Question,
  { args, headers, typeInfo, summary }: Asked,
  ended: (bytes: number) => void,
): Promise<Looked> {
  headersOf.set(question, headers);
  const inputTypes = [undefined, ...(typeInfo?.inputTypes ?? [])] as TypeInfo[];
  const { [RESOLVE]: resolve } = proxyLocalActivities({
    scheduleToCloseTimeout: ASKED_FOR,
    retry: { maximumAttempts: 1 },
    summary,
    activityTypeInfo: { [RESOLVE]: { inputTypes, outputType: rawValueTypeInfo } },
  });
  return resolve!(question, ...args).then(
    (told) => {
      const looked = toLooked(told);
      ended(looked.bytes);
      return looked;
    },
    (error: unknown) => {
      ended(0);
      return failed(error);
    },
  );
}

export function toLooked(told: unknown): Looked {
  if (!(told instanceof RawValue)) return { answer: 'run', bytes: 0 };
  const { payload } = told;
  const bytes = bytesOf(payload);
  const label = payload.metadata?.[OUTCOME_METADATA];
  if (label != null) return { hit: payload, outcome: decodeOutcome(label), bytes };
  return { ...toAnswer(answerIn(payload)), bytes };
}

export function failed(error: unknown): Looked {
  if (isCancellation(error)) throw new CancelledFailure('Activity cancelled before scheduled');
  if (!(error instanceof ActivityFailure)) throw error;
  return { answer: 'run', bytes: 0 };
}

function answerIn(payload: Payload): unknown {
  try {
    return getActivator().payloadConverter.fromPayload(payload);
  } catch {
    return undefined; // no answer at all
  }
}

/** As if whatever computed it had returned it. */
export const valueOf = (
  payload: Payload,
  context: SerializationContext,
  outputType: TypeInfo | undefined,
): unknown => fromPayloadWithTypeInfo(getActivator().payloadConverter, payload, context, outputType);
