/**
 * Converts between an Activity's value and the stored Payload, with the Worker's data converter.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Info } from '@temporalio/activity';
import {
  type ActivitySerializationContext,
  defaultFailureConverter,
  defaultPayloadConverter,
  fromPayloadWithTypeInfo,
  type LoadedDataConverter,
  type Payload,
  RawValue,
  toPayloadWithTypeInfo,
  type TypeInfo,
} from '@temporalio/common';
import { bytesOf } from '../wire/questions';

/** Temporal's default conversion, for `MockActivityEnvironment`, which has no Worker. */
const DEFAULT_CONVERTER: LoadedDataConverter = {
  payloadConverter: defaultPayloadConverter,
  failureConverter: defaultFailureConverter,
  payloadCodecs: [],
};

export class Values {
  /** Whether metadata can be added to a result. A custom converter may not support `RawValue`. */
  readonly passRawValues: boolean;

  constructor(private readonly converter: LoadedDataConverter = DEFAULT_CONVERTER) {
    this.passRawValues = passesRawValues(converter);
  }

  /** Whether values may be encrypted. Any codec counts. */
  get hasCodecs(): boolean {
    return this.converter.payloadCodecs.length > 0;
  }

  /**
   * Encodes a value for the store. Codecs get one fixed context, so that any Workflow can read what
   * another one stored.
   */
  async encode(value: unknown, namespace: string, output: TypeInfo | undefined): Promise<Payload> {
    const context = fixedContext(namespace);
    const payload = this.toPayload(value, context, output);
    if (!this.sendsAlike(value, payload, context, output))
      throw new TypeError('the payload converter encodes a decoded value to a different payload');
    return this.throughCodecs(payload, context);
  }

  /**
   * Whether a hit, decoded and encoded again, would be sent as `payload`. A converter whose bytes
   * are random is trusted.
   */
  private sendsAlike(
    value: unknown,
    payload: Payload,
    context: ActivitySerializationContext,
    output: TypeInfo | undefined,
  ): boolean {
    const { payloadConverter } = this.converter;
    if (payloadConverter === defaultPayloadConverter || value instanceof RawValue) return true;
    const decoded: unknown = fromPayloadWithTypeInfo(payloadConverter, payload, context, output);
    const same = (other: unknown): boolean =>
      isDeepStrictEqual(plain(this.toPayload(other, context, output)), plain(payload));
    return same(decoded) || !same(value);
  }

  /**
   * The approximate size of `payload` as the SDK sends it: with the names of its metadata, after
   * the codecs.
   */
  async sentBytes(payload: Payload, context: ActivitySerializationContext): Promise<number> {
    const bytes = bytesOf(payload);
    return bytes < CODECS_MATTER_BYTES ? bytes : bytesOf(await this.throughCodecs(payload, context));
  }

  private async throughCodecs(payload: Payload, context: ActivitySerializationContext): Promise<Payload> {
    if (!this.hasCodecs) return payload;
    // A codec may overwrite its input, but the Activity's bytes, or its RawValue, must still be
    // sent.
    const data = payload.data && new Uint8Array(payload.data);
    let payloads: Payload[] = [{ ...payload, metadata: { ...payload.metadata }, data }];
    for (const codec of this.converter.payloadCodecs) payloads = await codec.encode(payloads, context);
    return payloads[0]!;
  }

  /**
   * Restores the value that `encode` was given. A RawValue that the Activity returned is returned
   * as one.
   */
  async decode(
    payload: Payload,
    namespace: string,
    output: TypeInfo | undefined,
    raw: boolean,
  ): Promise<unknown> {
    const decoded = await this.unseal(payload, namespace);
    if (raw) return RawValue.fromPayload(decoded);
    const { payloadConverter } = this.converter;
    return fromPayloadWithTypeInfo(payloadConverter, decoded, fixedContext(namespace), output);
  }

  /** Applies only the codecs. */
  seal(payload: Payload, namespace: string): Promise<Payload> {
    return this.throughCodecs(payload, fixedContext(namespace));
  }

  async unseal(payload: Payload, namespace: string): Promise<Payload> {
    let payloads = [payload];
    for (const codec of [...this.converter.payloadCodecs].reverse())
      payloads = await codec.decode(payloads, fixedContext(namespace));
    return payloads[0]!;
  }

  /** Decodes arguments that arrived as RawValues, as the Activity would get them. */
  decodeArguments(args: readonly unknown[], info: Info, types: readonly TypeInfo[] | undefined): unknown[] {
    const { namespace, activityId, workflowExecution, isLocal } = info;
    const { workflowId } = workflowExecution ?? {};
    const context = { type: 'activity', namespace, activityId, workflowId, isLocal } as const;
    const { payloadConverter } = this.converter;
    return args.map((arg, i) =>
      arg instanceof RawValue
        ? fromPayloadWithTypeInfo(payloadConverter, arg.payload, context, types?.[i])
        : arg,
    );
  }

  /** Converts as the SDK is about to do, without codecs. */
  toPayload(value: unknown, context: ActivitySerializationContext, output: TypeInfo | undefined): Payload {
    return toPayloadWithTypeInfo(this.converter.payloadConverter, value, context, output);
  }
}

function passesRawValues({ payloadConverter }: LoadedDataConverter): boolean {
  const probe: Payload = { metadata: { encoding: Buffer.from('binary/plain') }, data: Buffer.from('probe') };
  try {
    return payloadConverter.toPayload(RawValue.fromPayload(probe)) === probe;
  } catch {
    // A converter that rejects RawValues cannot pass metadata, so results are sent without a label.
    return false;
  }
}

/** The bytes alone, in whichever class they are held. */
const plain = ({ metadata, data }: Payload): unknown[] => [
  Object.entries(metadata ?? {}).map(([name, bytes]) => [name, Buffer.from(bytes)]),
  Buffer.from(data ?? []),
];

/** Below this size no codec makes a payload too large to be sent. */
const CODECS_MATTER_BYTES = 256 * 1024;

const fixedContext = (namespace: string): ActivitySerializationContext => ({
  type: 'activity',
  namespace,
  isLocal: false,
});
