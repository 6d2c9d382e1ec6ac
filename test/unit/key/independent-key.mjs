/**
 * A second implementation of the key, written from src/key/SPEC.md alone. It shares no code with src, and must not: where the two
 * disagree, either the specification or the code is wrong.
 *
 *     node independent-key.mjs '<JSON of one of the "keys" of vectors.golden.json>'
 */
import { createHash, createHmac } from 'node:crypto';
import { pathToFileURL } from 'node:url';

const MAX_LEVELS = 1_000;
const MAX_CODE_UNITS = 134_217_728;

const netstring = (text) => `${text.length}:${text}`;

// Without a comparator, JavaScript sorts texts by UTF-16 code units.
const sorted = (texts) => texts.sort().join('');

const classOf = (value) => Object.getPrototypeOf(value)?.constructor?.name ?? '';

const isPlain = (value) => [Object.prototype, null].includes(Object.getPrototypeOf(value));

const VIEWS = [
  ...Object.getOwnPropertyNames(globalThis)
    .filter((name) => name.endsWith('Array') && name !== 'Array')
    .map((name) => globalThis[name].prototype),
  DataView.prototype,
  Buffer.prototype,
];

function encodeBytes(bytes) {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return `b${view.length}:${view.toString('base64')}`;
}

function encodeRawValue({ payload }) {
  const { 'activity-cache': _label, ...metadata } = payload.metadata ?? {};
  return `r${encodePlain(metadata, 0)}${encodeBytes(payload.data ?? new Uint8Array(0))}`;
}

function encodePlain(value, level) {
  const names = Object.keys(value).sort();
  if (names.join() === '$cacheHash,value' && names.length === 2 && typeof value.$cacheHash === 'string') {
    return `h${netstring(value.$cacheHash)}`;
  }
  const members = names.filter((name) => value[name] !== undefined);
  return `o${members.map((name) => netstring(name) + encodeAt(value[name], level + 1)).join('')}e`;
}

function encodeName(value) {
  const type = value.$type;
  if (typeof type?.fullName !== 'string' || typeof type.encode !== 'function')
    return `c${netstring(classOf(value))}`;
  return `p${netstring(type.fullName.startsWith('.') ? type.fullName.slice(1) : type.fullName)}`;
}

function encodeObject(value, level) {
  const encodeInner = (inner) => encodeAt(inner, level + 1);
  if (VIEWS.includes(Object.getPrototypeOf(value))) {
    const bytes = encodeBytes(value);
    return value instanceof Uint8Array ? bytes : `v${netstring(classOf(value))}${bytes}`;
  }
  if (value instanceof Date) return `d${value.getTime()};`;
  if (Array.isArray(value)) return `a${Array.from(value, encodeInner).join('')}e`;
  if (value instanceof Map)
    return `m${sorted(Array.from(value, (entry) => entry.map(encodeInner).join('')))}e`;
  if (value instanceof Set) return `S${sorted(Array.from(value, encodeInner))}e`;
  if (isPlain(value)) return encodePlain(value, level);
  if (classOf(value) === 'RawValue') return encodeRawValue(value);
  if (typeof value.toJSON === 'function') return encodeName(value) + encodeInner(value.toJSON());
  throw new TypeError(`No encoding: an instance of ${classOf(value)}`);
}

function encodeAt(value, level) {
  // What contains itself has more levels than any limit.
  if (level > MAX_LEVELS) throw new TypeError(`No encoding: more than ${MAX_LEVELS} levels`);
  if (value === null) return 'z';
  switch (typeof value) {
    case 'undefined':
      return 'u';
    case 'boolean':
      return value ? 't' : 'f';
    case 'number':
      return `n${value};`;
    case 'bigint':
      return `i${value};`;
    case 'string':
      return `s${netstring(value)}`;
    case 'object':
      return encodeObject(value, level);
    default:
      throw new TypeError(`No encoding: a ${typeof value}`);
  }
}

export function encode(value) {
  const text = encodeAt(value, 0);
  if (text.length > MAX_CODE_UNITS)
    throw new TypeError(`No encoding: more than ${MAX_CODE_UNITS} code units`);
  return text;
}

/** UTF-8, with a lone surrogate as its own three bytes, where Node would write U+FFFD. */
function utf8(text) {
  const chunks = text.split(/(\p{Surrogate})/u).map((chunk) => {
    if (!/^\p{Surrogate}$/u.test(chunk)) return Buffer.from(chunk, 'utf8');
    const unit = chunk.charCodeAt(0);
    return Buffer.from([0xe0 | (unit >> 12), 0x80 | ((unit >> 6) & 0x3f), 0x80 | (unit & 0x3f)]);
  });
  return Buffer.concat(chunks);
}

export function keyOf({ namespace, scope, activityType, signature, version, salt, vary, args, secret }) {
  const parts = { namespace, scope, activityType, signature, version, salt, vary, inputs: args };
  const encoded = Object.entries(parts).map(([label, value]) => netstring(label) + encode(value));
  const text = `activity-cache-key 2\n${encoded.join('')}`;
  const hash = secret === undefined ? createHash('sha256') : createHmac('sha256', utf8(secret));
  return hash.update(utf8(text)).digest('hex');
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  console.log(keyOf(JSON.parse(process.argv[2])));
}
