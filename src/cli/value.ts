/** What can be shown of a stored value without its Worker's codec and data converter. */

export interface Value {
  /** As the payload says: `json/plain`. Undefined where it says nothing. */
  encoding: string | undefined;
  /** What `--value` prints of JSON, and of nothing. */
  text?: string;
  /** What it prints of bytes. Undefined, as is `text`, where that cannot be told. */
  bytes?: Uint8Array;
  /** Whether the bytes are text. */
  isText?: boolean;
  /** Why there is nothing to print. */
  problem?: string;
  /** For a JSON object. */
  json(): object;
}

const NEWLINE = Buffer.from('\n');

/** @param metadata - of the payload; undefined where it cannot be read */
export function readValue(
  metadata: Record<string, Uint8Array> | undefined,
  data: Uint8Array | undefined,
): Value {
  const encoding = metadata?.encoding && Buffer.from(metadata.encoding).toString();
  const unreadable = (problem: string): Value => ({
    encoding,
    problem,
    json: () => ({ value: undefined, valueProblem: problem }),
  });
  if (data === undefined)
    return unreadable('the bytes of the value are gone: to a Worker the entry is a miss');
  const text = textOf(data);
  if (encoding === 'binary/null') return { encoding, text: 'undefined\n', json: () => ({}) };
  if (encoding === 'binary/plain') {
    const isText = text !== undefined;
    const bytes = isText ? Buffer.concat([data, NEWLINE]) : data;
    return { encoding, bytes, isText, json: () => ({ valueBase64: Buffer.from(data).toString('base64') }) };
  }
  const parsed = text !== undefined && encoding?.startsWith('json/') ? parse(text) : undefined;
  if (parsed !== undefined) {
    const lines = text!.replace(/\r\n?/g, '\n'); // between the values: inside them it is escaped
    return { encoding, text: `${lines}\n`, json: () => ({ value: parsed.value }) };
  }
  return unreadable(
    `the value is encoded as '${encoding}': only a Worker with its codec, or data converter, can read it`,
  );
}

function textOf(data: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(data);
  } catch {
    return undefined; // bytes
  }
}

function parse(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined; // it only says that it is JSON
  }
}
