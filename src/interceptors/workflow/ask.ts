/**
 * Asks the host about calls in a local Activity. The answer is one marker in the current Workflow
 * Task.
 */
import {
  defaultPayloadConverter,
  fromPayloadWithTypeInfo,
  type Headers,
  type Payload,
  type PayloadTypeInfo,
  RawValue,
  rawValueTypeInfo,
  type SerializationContext,
  toPayloadWithTypeInfo,
  type TypeInfo,
} from '@temporalio/common';
import { workflowInfo } from '@temporalio/workflow';
import { payloadConverter } from './sdk';
import { decodeOutcome, type Outcome } from '../../wire/outcome';
import { OUTCOME_METADATA, RESOLVE, RESOLVE_ALL } from '../../wire/names';
import { askHost } from './ask-host';
import { INLINE_BYTES } from '../../wire/budget';
import { unpack } from '../../wire/pack';
import { type Answer, bytesOf, type Question, toAnswer, type ToResolveAll } from '../../wire/questions';

/** The headers of the calls that are asked about, because keys may depend on them. */
const headersOf = new WeakMap<object, Headers>();

/**
 * Used by the interceptor of local Activities: the headers of the call that a question is about.
 */
export const headersOfQuestion = (args: readonly unknown[]): Headers | undefined =>
  headersOf.get(args[0] ?? {});

export type Looked =
  { hit: Payload; outcome: Outcome; bytes: number } | (Answer & { hit?: undefined; bytes: number });

/** The answer when a look-up failed. It proves nothing about the call, so the Activity runs. */
export const NOT_LOOKED: Looked = { answer: 'run', bytes: 0 };

export interface Asked {
  question: Omit<Question, 'mostBytes'>;
  /** The arguments as {@link payloadsOf} returned them. */
  args: readonly RawValue[];
  headers: Headers;
  /**
   * The maximum size of its value in bytes. Default: {@link INLINE_BYTES}, limited by what the
   * Workflow Task and the run have left.
   */
  mostBytes?: number;
}

/**
 * Converts the arguments of a call to payloads when it is made, so that later changes by the caller
 * have no effect.
 * @throws what the converter throws
 */
export function payloadsOf(
  args: readonly unknown[],
  activityId: string,
  typeInfo: PayloadTypeInfo | undefined,
): RawValue[] {
  const { namespace, workflowId } = workflowInfo();
  const context = { type: 'activity', namespace, workflowId, activityId, isLocal: false } as const;
  const converter = payloadConverter();
  return args.map((arg, i) =>
    RawValue.fromPayload(
      toPayloadWithTypeInfo(converter, arg, context, typeInfo?.inputTypes?.[i] as TypeInfo),
    ),
  );
}

/** The TypeInfo of a call whose arguments are the result of {@link payloadsOf}. */
export const rawInputs = (
  args: readonly RawValue[],
  typeInfo: PayloadTypeInfo | undefined,
): PayloadTypeInfo => ({ ...typeInfo, inputTypes: args.map(() => rawValueTypeInfo) });

/**
 * Asks the host about calls. These functions are not async because the SDK traces each promise.
 * @param mostBytes - the maximum size of all values together, in bytes
 * @returns what {@link lookedIn} reads
 */
export const askAll = (calls: readonly Asked[], mostBytes: number): Promise<unknown> =>
  calls.length === 1 ? askOne(calls[0]!, mostBytes) : askTogether(calls, mostBytes);

function askOne({ question, args, headers, ...asked }: Asked, left: number): Promise<unknown> {
  const toResolve: Question = { ...question, mostBytes: asked.mostBytes ?? Math.min(left, INLINE_BYTES) };
  headersOf.set(toResolve, headers);
  return askHost(RESOLVE, `cache lookup · ${question.activityType}`, toResolve, args);
}

function askTogether(calls: readonly Asked[], mostBytes: number): Promise<unknown> {
  const toResolve = calls.map(({ question, args, headers }) => ({
    question: { ...question, mostBytes: 0 },
    args: args.length,
    headers: Object.keys(headers),
  }));
  const toResolveAll: ToResolveAll = { toResolve, mostBytes };
  const payloads = calls.flatMap(({ args, headers }) => [
    ...args,
    ...Object.values(headers).map((header) => RawValue.fromPayload(header)),
  ]);
  return askHost(RESOLVE_ALL, `cache lookup · ${calls.length} calls`, toResolveAll, payloads);
}

/** What the host's answer to {@link askAll} says of each call. */
export function lookedIn(answered: unknown, calls: readonly Asked[]): Looked[] {
  if (calls.length === 1) return [toLooked(answered)];
  const answers = answered instanceof RawValue ? (unpack(answered.payload) ?? []) : [];
  return calls.map((_, i) => toLooked(answers[i] && RawValue.fromPayload(answers[i])));
}

function toLooked(answered: unknown): Looked {
  if (!(answered instanceof RawValue)) return NOT_LOOKED;
  const [payload = answered.payload] = unpack(answered.payload) ?? [];
  const bytes = bytesOf(payload);
  const label = payload.metadata?.[OUTCOME_METADATA];
  if (label != null) return { hit: payload, outcome: decodeOutcome(label), bytes };
  return { ...toAnswer(answerIn(payload)), bytes };
}

function answerIn(payload: Payload): unknown {
  try {
    return defaultPayloadConverter.fromPayload(payload);
  } catch {
    return undefined; // The payload contains no answer.
  }
}

/** Converts a payload to a value, as if the Activity or Workflow itself had returned it. */
export const valueOf = (
  payload: Payload,
  context: SerializationContext,
  outputType: TypeInfo | undefined,
): unknown => fromPayloadWithTypeInfo(payloadConverter(), payload, context, outputType);
