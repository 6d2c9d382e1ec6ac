/** The displayable part of a stored value, without its Worker's codec and data converter. */

export interface Value {
  /** The encoding that the payload names, such as `json/plain`. Undefined if it names none. */
  encoding: string | undefined;
  /** What `--value` prints for JSON, and for no value. */
  text?: string;
  /** What `--value` prints for bytes. Undefined, like `text`, if the value cannot be read. */
  bytes?: Uint8Array;
  /** Whether the bytes are text. */
  isText?: boolean;
  /** The reason why nothing can be printed. */
  problem?: string;
  /** The value for a JSON object. */
  json(): object;
}

const NEWLINE = Buffer.from('\n');

/** @param metadata - the metadata of the payload. Undefined if the payload cannot be read */
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
    const lines = text!.replace(/\r\n?/g, '\n'); // only between values: inside them it is escaped
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
    return undefined; // the value is bytes
  }
}

function parse(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined; // the text is not JSON, although its encoding says so
  }
}
