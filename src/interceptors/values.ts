/** Between an Activity's value and the Payload that is stored: what the Worker's data converter makes of it. */
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

/** Where there is no Worker (in `MockActivityEnvironment`), as Temporal converts by default. */
const DEFAULT_CONVERTER: LoadedDataConverter = {
  payloadConverter: defaultPayloadConverter,
  failureConverter: defaultFailureConverter,
  payloadCodecs: [],
};

export class Values {
  constructor(private readonly converter: LoadedDataConverter = DEFAULT_CONVERTER) {}

  /** Whether something may encrypt (any codec counts). */
  get hasCodecs(): boolean {
    return this.converter.payloadCodecs.length > 0;
  }

  /** Whether metadata can be added to a result: a converter of the user's own making need not know `RawValue`. */
  get passRawValues(): boolean {
    const probe: Payload = {
      metadata: { encoding: Buffer.from('binary/plain') },
      data: Buffer.from('probe'),
    };
    try {
      return this.converter.payloadConverter.toPayload(RawValue.fromPayload(probe)) === probe;
    } catch {
      return false; // it refuses what it does not know: then results go without metadata
    }
  }

  /** For the store: with codecs, in one fixed context, so that any Workflow can read what another one made. */
  async encode(value: unknown, namespace: string, output: TypeInfo | undefined): Promise<Payload> {
    const context = fixedContext(namespace);
    let payloads = [this.toPayload(value, context, output)];
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
    const context = fixedContext(namespace);
    let payloads = [payload];
    for (const codec of [...this.converter.payloadCodecs].reverse())
      payloads = await codec.decode(payloads, context);
    if (raw) return RawValue.fromPayload(payloads[0]!);
    return fromPayloadWithTypeInfo(this.converter.payloadConverter, payloads[0]!, context, output);
  }

  /** As the SDK is about to do it, without codecs. */
  toPayload(value: unknown, context: ActivitySerializationContext, output: TypeInfo | undefined): Payload {
    return toPayloadWithTypeInfo(this.converter.payloadConverter, value, context, output);
  }
}

const fixedContext = (namespace: string): ActivitySerializationContext => ({
  type: 'activity',
  namespace,
  isLocal: false,
});
