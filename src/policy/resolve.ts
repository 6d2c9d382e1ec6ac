/** Merges layers of options into the policy of one function, which every call then uses. */
import { CacheOptionsError } from '../errors';
import { Mask } from '../key/mask';
import { UserFunctionError } from '../key/unkeyable';
import { reachableCode } from '../key/version/reachable-code';
import type { CachePolicy } from '../options/version-policy';
import { type FunctionSource, sourceOf } from '../key/version/source';
import type { CacheKeyCall, CacheLayer } from '../options/cache-options';
import { type Called, type OwnIgnored, type Signature, signatureOf } from './signature';
import { displacedProblem } from '../options/displaced';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- Activities of any shape
export type AnyFunction = (...args: any[]) => unknown;

/** The policy of the calls of one Activity. */
export interface Policy {
  fn: AnyFunction;
  behavior: 'auto' | 'override' | 'disable';
  /** Set exactly when the behaviour is `'override'`. */
  version?: string;
  salt: string;
  policies: readonly CachePolicy[];
  signature: Signature;
  mask?: Mask;
  /** Undefined if the call ignores what is declared. */
  ownIgnored?: OwnIgnored;
  /** The names for paths that people see. Undefined where a parameter has no name. */
  parameterNames: readonly (string | undefined)[];
  key?: (call: CacheKeyCall) => unknown;
  ttlMs?: number;
  /**
   * Whether the `ttl` differs from the one that the Activity is declared with, because the call or
   * a Workflow sets another.
   */
  ownTtl?: true;
  serialize?: { waitTimeoutMs?: number };
  tags?: readonly string[] | ((args: unknown[]) => readonly string[]);
  cacheIf?: (result: unknown, args: unknown[]) => boolean | Promise<boolean>;
  hitIf?: (result: unknown, args: unknown[]) => boolean | Promise<boolean>;
  /** Results of whole Workflows are stored as the isolate has encoded them. */
  isWorkflow?: true;
}

const DEFAULT_POLICIES = [reachableCode()];

/**
 * Merges `layers`, highest precedence first, for `fn`.
 * @param called - what the signature is made of. Default: the function, which is available here
 * @param callSite - the options of the call itself, which are among the layers
 * @param names - `'strict'`: a name in `ignoredInputs` or `hashInputs` of the highest layer that
 * `fn` has no parameter for is an error. Lower layers may have been written for other functions
 * too.
 * @throws {CacheOptionsError} for such names, for options that would have no effect, and for a
 * version that needs a source that `fn` does not have
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
  if (behavior === 'auto' && policies.some(({ name }) => /^(functionBody|reachableCode)\//.test(name))) {
    if (source instanceof CacheOptionsError)
      throw new CacheOptionsError(`${where}: ${source.message}`, { cause: source });
  }
  const parameters = new Parameters(
    merged.parameters,
    source instanceof CacheOptionsError ? undefined : source,
  );
  const { mask, unknownInputs } = buildMask(merged, parameters, where);
  const misnamed = unknownInputs.filter((path) => namesIn(layers[0]).includes(path));
  if (names === 'strict' && misnamed.length > 0 && behavior !== 'disable') {
    throw new CacheOptionsError(
      `${where}: there is no parameter '${misnamed.join(`', '`)}'. ${parameters.describe()}`,
    );
  }
  const own = ownOf(callSite, layers, parameters, where);
  const policy: Policy = {
    fn,
    behavior,
    version: behavior === 'override' ? merged.version : undefined,
    salt: merged.salt ?? '',
    policies,
    signature: signatureOf(
      called ?? { kind: 'function', parameters: parameters.texts, typeInfo: typeInfoOf(fn) },
      merged.signature,
      own.salt,
    ),
    mask,
    ownIgnored: own.ignored,
    parameterNames: parameters.argumentNames,
    key: merged.key,
    ttlMs: merged.ttlMs,
    serialize: merged.serialize === false ? undefined : merged.serialize,
    tags: merged.tags as Policy['tags'],
    cacheIf: merged.cacheIf as Policy['cacheIf'],
    hitIf: merged.hitIf as Policy['hitIf'],
  };
  return { policy, unknownInputs };
}

/** The options of the call itself, if they differ from what is declared. */
function ownOf(
  callSite: CacheLayer | undefined,
  layers: readonly CacheLayer[],
  parameters: Parameters,
  where: string,
): { salt: boolean; ignored?: OwnIgnored } {
  if (callSite === undefined) return { salt: false };
  const declared = merge(layers.filter((layer) => layer !== callSite));
  const salt = callSite.salt !== undefined && callSite.salt !== (declared.salt ?? '');
  if (callSite.ignoredInputs === undefined) return { salt };
  const [places, others] = [callSite, declared].map((layer) =>
    parameters.placesOf(layer.ignoredInputs ?? []),
  );
  if (places!.join() === others!.join()) return { salt };
  const coversDeclared = others!.every((place) => places!.includes(place));
  return {
    salt,
    ignored: { places: places!, coversDeclared, declared: buildMask(declared, parameters, where).mask },
  };
}

/** The names, indexes and paths of inputs that a layer mentions. */
export const namesIn = ({ ignoredInputs = [], hashInputs = {} }: CacheLayer = {}): string[] => [
  ...ignoredInputs,
  ...Object.keys(hashInputs),
];

/**
 * The inputs that a layer ignores, by index, and the names of the parameters of `fn`, so that the
 * layer works without `fn`.
 * @returns undefined where a rest parameter is ignored by its name, because it has no index
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
 * Merges layers field by field. A lower layer's version does not matter where a higher layer sets
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

/** The known parameters of a function: from its source, or as the options name them. */
class Parameters {
  readonly names: readonly (string | undefined)[];
  readonly texts: readonly string[];
  private readonly restIndex: number;
  private readonly known: boolean;

  constructor(named: readonly string[] | undefined, source: FunctionSource | undefined) {
    const declared = source?.parameters ?? [];
    this.names = named ?? declared.map(({ name }) => name);
    // Names given by hand replace those of code that a build renames.
    this.texts = named ?? declared.map(({ text }) => text);
    // Additional names are names for what the rest parameter collects.
    this.restIndex = this.names.length > declared.length ? -1 : declared.findIndex(({ rest }) => rest);
    this.known = named !== undefined || source !== undefined;
  }

  /**
   * Locates `opts.traceId` as `1.traceId`. Undefined for a name that no parameter has. An index
   * means an argument.
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

  /** The names for paths of arguments. Arguments of a rest parameter have their index instead. */
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
      // The failure itself explains nothing more, and the value is refused below.
      if (text instanceof Promise) text.catch(() => undefined);
      throw new TypeError(`hashInputs['${path}'] answered no text`);
    } catch (error) {
      throw new UserFunctionError(`hashInputs['${path}']`, error);
    }
  };
}

/**
 * The declared TypeInfo as far as its members can be compared: hints by their JSON, converters by
 * their source.
 */
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
    return 'not JSON'; // a schema that holds itself: the option `signature` can tell it apart
  }
}
