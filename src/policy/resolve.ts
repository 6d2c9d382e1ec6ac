/** Resolves layers of options to the policy of one function: once, for use at every call. */
import { CacheOptionsError } from '../errors';
import { Mask } from '../key/mask';
import { UserFunctionError } from '../key/unkeyable';
import { functionBody } from '../key/version/policy';
import type { CachePolicy } from '../options/version-policy';
import { type FunctionSource, sourceOf } from '../key/version/source';
import type { CacheKeyCall, CacheLayer } from '../options/cache-options';
import { type Called, type OwnWords, signatureOf } from './signature';
import { displacedProblem } from '../options/displaced';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- Activities of any shape
export type AnyFunction = (...args: any[]) => unknown;

/** The policy for the calls of one Activity. */
export interface Policy {
  fn: AnyFunction;
  behavior: 'auto' | 'override' | 'disable';
  /** Set if and only if the behaviour is `'override'`. */
  version?: string;
  salt: string;
  policies: readonly CachePolicy[];
  signature: unknown;
  mask?: Mask;
  /** Names for displayed paths. Undefined where a parameter has no name. */
  parameterNames: readonly (string | undefined)[];
  key?: (call: CacheKeyCall) => unknown;
  ttlMs?: number;
  /**
   * Whether `ttlMs` is the call's own, or a Workflow's, and not the declared one of an Activity.
   */
  ownTtl?: true;
  serialize?: { waitTimeoutMs?: number };
  tags?: readonly string[] | ((args: unknown[]) => readonly string[]);
  cacheIf?: (result: unknown, args: unknown[]) => boolean | Promise<boolean>;
}

const DEFAULT_POLICIES = [functionBody()];

/**
 * Merges `layers`, highest precedence first, for `fn`.
 * @param called - what the signature is made of. Default: the function `fn`
 * @param callSite - the options of the call itself, which are one of the layers
 * @param names - with `'strict'`, a name in `ignoredInputs` or `hashInputs` of the highest layer is
 *   an error if `fn` has no parameter for it. Lower layers may be written for other functions too
 * @throws {CacheOptionsError} for such names, for options that would have no effect, and for a
 *   version that needs a source that `fn` does not have
 */
export function resolvePolicy(
  layers: readonly CacheLayer[],
  fn: AnyFunction,
  where: string,
  names: 'strict' | 'lenient',
  { called, callSite }: { called?: Exclude<Called, { kind: 'function' }>; callSite?: CacheLayer } = {},
): { policy: Policy; unknownInputs: string[] } {
  const merged = merge(layers);
  const behavior = merged.behavior ?? 'auto';
  const displaced = displacedProblem(layers, behavior);
  if (displaced !== undefined) throw new CacheOptionsError(`${where}: ${displaced}`);
  const policies = merged.policies ?? DEFAULT_POLICIES;
  const source = trySourceOf(fn);
  if (behavior === 'auto' && policies.some(({ name }) => name.startsWith('functionBody/'))) {
    if (source instanceof CacheOptionsError)
      throw new CacheOptionsError(`${where}: ${source.message}`, { cause: source });
  }
  const parameters = new Parameters(
    merged.parameters,
    source instanceof CacheOptionsError ? undefined : source,
  );
  const { mask, unknownInputs } = buildMask(merged, parameters, where);
  const slips = unknownInputs.filter((path) => namesIn(layers[0]).includes(path));
  if (names === 'strict' && slips.length > 0 && behavior !== 'disable') {
    throw new CacheOptionsError(
      `${where}: there is no parameter '${slips.join(`', '`)}'. ${parameters.describe()}`,
    );
  }
  const policy: Policy = {
    fn,
    behavior,
    version: behavior === 'override' ? merged.version : undefined,
    salt: merged.salt ?? '',
    policies,
    signature: signatureOf(
      called ?? { kind: 'function', parameters: parameters.texts, typeInfo: typeInfoOf(fn) },
      merged.signature,
      ownWords(callSite, layers, parameters),
    ),
    mask,
    parameterNames: parameters.argumentNames,
    key: merged.key,
    ttlMs: merged.ttlMs,
    serialize: merged.serialize === false ? undefined : merged.serialize,
    tags: merged.tags as Policy['tags'],
    cacheIf: merged.cacheIf as Policy['cacheIf'],
  };
  return { policy, unknownInputs };
}

/** The options of the call itself, where they differ from the declared ones. */
function ownWords(
  callSite: CacheLayer | undefined,
  layers: readonly CacheLayer[],
  parameters: Parameters,
): OwnWords {
  if (callSite === undefined) return {};
  const declared = merge(layers.filter((layer) => layer !== callSite));
  const ignored = callSite.ignoredInputs && parameters.placesOf(callSite.ignoredInputs);
  const isDeclared = ignored?.join() === parameters.placesOf(declared.ignoredInputs ?? []).join();
  return {
    ...(!isDeclared && { ignored }),
    salt: callSite.salt !== undefined && callSite.salt !== (declared.salt ?? ''),
  };
}

/** The names, indexes and paths of inputs that a layer mentions. */
export const namesIn = ({ ignoredInputs = [], hashInputs = {} }: CacheLayer = {}): string[] => [
  ...ignoredInputs,
  ...Object.keys(hashInputs),
];

/**
 * The inputs that a layer ignores, by index, and the names of the parameters of `fn`. In this form
 * they can be used where `fn` is not available.
 * @returns undefined if a rest parameter is ignored by its name, because it has no single index
 */
export function locateInputs(
  { parameters: named, ignoredInputs = [] }: CacheLayer,
  fn: AnyFunction,
): Pick<CacheLayer, 'ignoredInputs' | 'parameters'> | undefined {
  const source = trySourceOf(fn);
  const parameters = new Parameters(named, source instanceof CacheOptionsError ? undefined : source);
  const places = ignoredInputs.flatMap((path) => parameters.locate(path) ?? []);
  if (places.some(({ rest }) => rest)) return undefined;
  return {
    ignoredInputs: places.map(({ segments }) => segments.join('.')),
    parameters: parameters.argumentNames.map((name, i) => name ?? String(i)),
  };
}

/**
 * Merges layers field by field. The version of a lower layer is ignored if a higher layer requests
 * `'auto'`, because only `'override'` has a version.
 */
export function merge(layers: readonly CacheLayer[]): CacheLayer {
  const merged: CacheLayer = {};
  for (const layer of [...layers].reverse()) {
    const given = Object.entries(layer).filter(([, value]) => value !== undefined);
    Object.assign(merged, Object.fromEntries(given));
  }
  return merged;
}

function trySourceOf(fn: AnyFunction): FunctionSource | CacheOptionsError {
  try {
    return sourceOf(fn);
  } catch (error) {
    if (error instanceof CacheOptionsError) return error;
    throw error;
  }
}

/** The parameters of a function, from its source, or as the options name them. */
class Parameters {
  readonly names: readonly (string | undefined)[];
  readonly texts: readonly string[];
  private readonly restIndex: number;
  private readonly known: boolean;

  constructor(named: readonly string[] | undefined, source: FunctionSource | undefined) {
    const declared = source?.parameters ?? [];
    this.names = named ?? declared.map(({ name }) => name);
    // Explicit names replace parameter texts, whose own names may differ from build to build.
    this.texts = named ?? declared.map(({ text }) => text);
    // If there are more names than parameters, the extra ones name the items of the rest parameter.
    this.restIndex = this.names.length > declared.length ? -1 : declared.findIndex(({ rest }) => rest);
    this.known = named !== undefined || source !== undefined;
  }

  /**
   * The place of a path: `opts.traceId` as `1.traceId`. An index means an argument. Returns
   * undefined for a name that no parameter has.
   */
  locate(path: string): { segments: string[]; rest: boolean } | undefined {
    const [first = '', ...members] = path.split('.');
    if (isIndex(first)) return { segments: [String(Number(first)), ...members], rest: false };
    const index = this.names.indexOf(first);
    if (index === -1) return undefined;
    if (index !== this.restIndex) return { segments: [String(index), ...members], rest: false };
    const [item, ...deeper] = members;
    if (item === undefined) return { segments: [String(index)], rest: true };
    return isIndex(item) ? { segments: [String(index + Number(item)), ...deeper], rest: false } : undefined;
  }

  /** Each place once, sorted: `1.traceId`, and `2…` for all that a rest parameter collects. */
  placesOf(paths: readonly string[]): string[] {
    const places = paths.map((path) => {
      const { segments, rest } = this.locate(path) ?? { segments: [path], rest: false };
      return segments.join('.') + (rest ? '…' : '');
    });
    return [...new Set(places)].sort();
  }

  /** Names for the paths of arguments. Arguments of a rest parameter have only their index. */
  get argumentNames(): (string | undefined)[] {
    return this.names.map((name, i) => (i === this.restIndex ? undefined : name));
  }

  describe(): string {
    if (!this.known) return `Its source cannot be read: name the 'parameters', or use indexes`;
    const names = this.names.map((name, i) => name ?? `(index ${i})`);
    return names.length === 0 ? 'It has no parameters' : `Its parameters: ${names.join(', ')}`;
  }
}

const isIndex = (text: string): boolean => /^\d+$/.test(text);

function buildMask(
  merged: CacheLayer,
  parameters: Parameters,
  where: string,
): { mask?: Mask; unknownInputs: string[] } {
  const ignored = merged.ignoredInputs ?? [];
  const hashes = Object.entries(merged.hashInputs ?? {});
  if (ignored.length + hashes.length === 0) return { unknownInputs: [] };
  const mask = new Mask();
  const unknownInputs: string[] = [];
  for (const path of ignored) {
    const place = parameters.locate(path);
    if (place === undefined) unknownInputs.push(path);
    else if (place.rest) mask.ignoredFrom = Number(place.segments[0]);
    else mask.at(place.segments).ignored = true;
  }
  for (const [path, hash] of hashes) {
    const place = parameters.locate(path);
    if (place === undefined) unknownInputs.push(path);
    else if (place.rest) {
      throw new CacheOptionsError(
        `${where}: hashInputs: '${path}' is a rest parameter: name its items, like '${path}.0'`,
      );
    } else mask.at(place.segments).hash = textOnly(path, hash as (value: unknown) => string);
  }
  return { mask, unknownInputs };
}

function textOnly(path: string, hash: (value: unknown) => string): (value: unknown) => string {
  return (value) => {
    try {
      const text: unknown = hash(value);
      if (typeof text === 'string') return text;
      if (text instanceof Promise) text.catch(() => undefined); // refused below
      throw new TypeError(`hashInputs['${path}'] answered no text`);
    } catch (error) {
      throw new UserFunctionError(`hashInputs['${path}']`, error);
    }
  };
}

/** The declared TypeInfo, in a comparable form: hints as JSON, converters by their source. */
function typeInfoOf(fn: AnyFunction): unknown {
  const { activityDefinitionOptions } = fn as { activityDefinitionOptions?: { typeInfo?: unknown } };
  const typeInfo = activityDefinitionOptions?.typeInfo;
  if (typeInfo === undefined) return null;
  try {
    const text = JSON.stringify(typeInfo, (_name, value: unknown) =>
      typeof value === 'function' ? Function.prototype.toString.call(value) : value,
    );
    return text ?? null;
  } catch {
    return 'not JSON'; // a schema with a cycle: use the option `signature` to distinguish it
  }
}
