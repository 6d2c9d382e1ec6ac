/** Shows the label of a result beside its value, where a codec server decodes for people. */
import type { Payload, PayloadCodec } from '@temporalio/common';
import { CacheOptionsError } from '../errors';
import { OUTCOME_METADATA } from '../wire/names';
import { decodeOutcome } from '../wire/outcome';
import { unpack } from '../wire/pack';
import { verdictOf } from '../wire/verdict';

/**
 * A codec for a codec server, which shows what the cache did beside each result that has a label:
 * `{ "cache": "hit · saved 3.7 s · computed by ml-pipeline/exp-001, 3 days ago", "value": … }`.
 * The value is any JSON, to the digit. Bytes are there as `valueBase64`, and an encoding other than
 * `json/plain` stands in `metadata`. Of several look-ups in one result the answer is a list. Every
 * other payload is what the codecs make of it, and `encode` is theirs alone.
 *
 * It is for people: a Client or a Worker with this codec would take the label for a part of the
 * value.
 * @param codecs - the codecs of the data converter, in its order. Default: none
 * @throws {@link CacheOptionsError} if one of them is not a codec
 */
export function labelledCodec(codecs: PayloadCodec | readonly PayloadCodec[] = []): PayloadCodec {
  const all: readonly PayloadCodec[] = [codecs].flat();
  if (!all.every(isCodec))
    throw new CacheOptionsError('labelledCodec: it takes codecs, which have encode and decode');
  return {
    async encode(payloads, context) {
      for (const codec of all) payloads = await codec.encode(payloads, context);
      return payloads;
    },
    async decode(payloads, context) {
      // A codec may keep metadata outside its encryption, and drop it when it decodes.
      const outside = payloads.map(labelOf);
      for (const codec of all.toReversed()) payloads = await codec.decode(payloads, context);
      const isAlike = payloads.length === outside.length;
      return payloads.map((payload, i) => shown(payload, isAlike ? outside[i] : undefined));
    },
  };
}

const isCodec = (codec: Partial<PayloadCodec> | null | undefined): boolean =>
  typeof codec?.encode === 'function' && typeof codec.decode === 'function';

type Label = Uint8Array | null | undefined;
const labelOf = ({ metadata }: Payload): Label => metadata?.[OUTCOME_METADATA];

/** The payload with its label as a part of its value. Without a label it is unchanged. */
function shown(payload: Payload, outside: Label): Payload {
  // What is JSON already is for people as it is.
  const isJson = utf8(payload.metadata?.encoding ?? new Uint8Array()) === JSON_PLAIN;
  const answers = isJson ? undefined : unpack(payload);
  const verdicts =
    answers === undefined
      ? [verdictIn(labelOf(payload) ?? outside)]
      : answers.map((answer) => verdictIn(labelOf(answer)));
  if (verdicts.every((verdict) => verdict === undefined)) return payload;
  const texts = (answers ?? [payload]).map((one, i) => textOf(one, verdicts[i]));
  const text = answers === undefined ? texts[0]! : `[${texts.join(',')}]`;
  return { ...payload, metadata: { encoding: encode(JSON_PLAIN) }, data: encode(text) };
}

function verdictIn(label: Label): string | undefined {
  if (label == null) return undefined;
  try {
    const outcome = decodeOutcome(label);
    return outcome.status === 'unknown' ? undefined : verdictOf(outcome, Date.now());
  } catch {
    return undefined; // Something else wrote fields that are not those of a label.
  }
}

const JSON_PLAIN = 'json/plain';
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/**
 * A payload as the text of a JSON object, or an answer without a label as the JSON that it is. The
 * text of a value is copied, so no digit is lost.
 */
function textOf({ metadata, data }: Payload, verdict: string | undefined): string {
  const { [OUTCOME_METADATA]: _label, ...others } = metadata ?? {};
  const texts = Object.entries(others).map(([name, bytes]) => [name, utf8(bytes) ?? base64(bytes)] as const);
  const { encoding = '', ...further } = Object.fromEntries(texts);
  const value = valueOf(encoding, data ?? new Uint8Array());
  const isPlain = value !== undefined && encoding === JSON_PLAIN && Object.keys(further).length === 0;
  if (verdict === undefined && isPlain) return value;
  const members = [
    verdict !== undefined && `"cache":${JSON.stringify(verdict)}`,
    value === undefined ? `"valueBase64":"${base64(data ?? [])}"` : `"value":${value}`,
    !isPlain && `"metadata":${JSON.stringify({ encoding, ...further })}`,
  ];
  return `{${members.filter(Boolean).join(',')}}`;
}

/** The value as JSON. Undefined for bytes. */
function valueOf(encoding: string, data: Uint8Array): string | undefined {
  if (encoding === 'binary/null') return 'null';
  const text = encoding.startsWith('json/') ? utf8(data) : undefined;
  try {
    JSON.parse(text ?? '');
    return text;
  } catch {
    return undefined; // The bytes are not JSON, although their encoding may say so.
  }
}

const base64 = (bytes: Uint8Array | number[]): string => Buffer.from(bytes).toString('base64');

/** Undefined for bytes that are not text. */
function utf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
