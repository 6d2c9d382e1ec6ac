/** Between an Activity's value and the Payload that is stored: what the Worker's data converter makes of it. */
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

/** Where there is no Worker (in `MockActivityEnvironment`), as Temporal converts by default. */
const DEFAULT_CONVERTER: LoadedDataConverter = {
  payloadConverter: defaultPayloadConverter,
  failureConverter: defaultFailureConverter,
  payloadCodecs: [],
};

export class Values {
  /** Whether metadata can be added to a result: a converter of the user's own making need not know `RawValue`. */
  readonly passRawValues: boolean;

  constructor(private readonly converter: LoadedDataConverter = DEFAULT_CONVERTER) {
    this.passRawValues = passesRawValues(converter);
  }

  /** Whether something may encrypt (any codec counts). */
  get hasCodecs(): boolean {
    return this.converter.payloadCodecs.length > 0;
  }

  /** For the store: with codecs, in one fixed context, so that any Workflow can read what another one made. */
  async encode(value: unknown, namespace: string, output: TypeInfo | undefined): Promise<Payload> {
    const context = fixedContext(namespace);
    const payload = this.toPayload(value, context, output);
    if (!this.sendsAlike(value, payload, context, output))
      throw new TypeError('what the payload converter decodes, it encodes to something else');
    return this.throughCodecs(payload, context);
  }

  /** Whether a hit, decoded and encoded again, would be sent as `payload`. A converter whose bytes are random is trusted. */
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

  /** How large `payload` is when the SDK sends it, about: with the names of its metadata, after the codecs. */
  async sentBytes(payload: Payload, context: ActivitySerializationContext): Promise<number> {
    const bytes = bytesOf(payload);
    return bytes < CODECS_MATTER_BYTES ? bytes : bytesOf(await this.throughCodecs(payload, context));
  }

  private async throughCodecs(payload: Payload, context: ActivitySerializationContext): Promise<Payload> {
    if (!this.hasCodecs) return payload;
    // A codec may write over what it is given; the Activity's bytes, or its RawValue, are still to be sent.
    const data = payload.data && new Uint8Array(payload.data);
    let payloads: Payload[] = [{ ...payload, metadata: { ...payload.metadata }, data }];
    for (const codec of this.converter.payloadCodecs) payloads = await codec.encode(payloads, context);
    return payloads[0]!;
  }

  /** What `encode` was given. A RawValue that the Activity returned comes back as one. */
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

  /** Through the codecs alone. */
  seal(payload: Payload, namespace: string): Promise<Payload> {
    return this.throughCodecs(payload, fixedContext(namespace));
  }

  async unseal(payload: Payload, namespace: string): Promise<Payload> {
    let payloads = [payload];
    for (const codec of [...this.converter.payloadCodecs].reverse())
      payloads = await codec.decode(payloads, fixedContext(namespace));
    return payloads[0]!;
  }

  /** Arguments that came as RawValues, as the Activity would get them. */
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

  /** As the SDK is about to do it, without codecs. */
  toPayload(value: unknown, context: ActivitySerializationContext, output: TypeInfo | undefined): Payload {
    return toPayloadWithTypeInfo(this.converter.payloadConverter, value, context, output);
  }
}

function passesRawValues({ payloadConverter }: LoadedDataConverter): boolean {
  const probe: Payload = { metadata: { encoding: Buffer.from('binary/plain') }, data: Buffer.from('probe') };
  try {
    return payloadConverter.toPayload(RawValue.fromPayload(probe)) === probe;
  } catch {
    return false; // it refuses what it does not know: then results go without metadata
  }
}

/** The bytes alone, whichever class holds them. */
const plain = ({ metadata, data }: Payload): unknown[] => [
  Object.entries(metadata ?? {}).map(([name, bytes]) => [name, Buffer.from(bytes)]),
  Buffer.from(data ?? []),
];

/** Under it no codec makes a payload too large to be sent. */
const CODECS_MATTER_BYTES = 256 * 1024;

const fixedContext = (namespace: string): ActivitySerializationContext => ({
  type: 'activity',
  namespace,
  isLocal: false,
});
