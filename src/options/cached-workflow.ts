/**
 * Wraps a Workflow: attaches options to the function itself, which is not changed. Workflow code
 * imports this module.
 */
import { CacheOptionsError } from '../errors';
import type { AnyActivity, CacheOptions, InferredFrom, Wrappable } from './cache-options';
import { functionName } from './function-name';
import { FIELDS, OTHER_SPELLINGS, toLayer } from './layer';
import { tagsProblem } from './tags';
import { rejectUnknown } from './check';

/**
 * How a whole Workflow is cached. `ignoredInputs` are indexes or paths (`'1.traceId'`), or names if
 * `parameters` lists them. The default `version` is computed from the code that the function
 * reaches in the Workflow bundle and from what the Workflow used.
 */
export type CachedWorkflowOptions<F extends Wrappable = AnyActivity> = Pick<
  CacheOptions<F>,
  | 'behavior'
  | 'version'
  | 'salt'
  | 'ignoredInputs'
  | 'parameters'
  | 'signature'
  | 'serialize'
  | 'ttl'
  | 'tags'
  | 'cacheIf'
>;

/**
 * The options attached to a wrapped Workflow: data, which is sent to the host, and functions, which
 * are not.
 */
export interface Declaration {
  data: Omit<CachedWorkflowOptions, 'tags' | 'cacheIf'> & { tags?: readonly string[] };
  tags?: (args: unknown[]) => readonly string[];
  cacheIf?: (result: unknown, args: unknown[]) => boolean | Promise<boolean>;
}

const HOST_ONLY: readonly string[] = ['key', 'hashInputs', 'policies', 'hitIf'];
const FIELDS_OF_WORKFLOWS = FIELDS.filter((name) => !HOST_ONLY.includes(name));

// A registered symbol, because the interceptor may come from another copy of this package.
const DECLARATION = Symbol.for('temporal-activity-cache/workflow-declaration');

/**
 * Caches a whole Workflow, top-level or child: with the same version and the same inputs, none of
 * its code runs. The Workflow's result is stored. A failure, and the result of a cancelled run, are
 * not stored. A chain of runs that continue as new stores the result of the last run.
 *
 * @example
 * ```ts
 * export const train = cachedWorkflow(
 *   { version: '1.0', serialize: true, ttl: '30 days', ignoredInputs: 1 },
 *   async function train(dataset: string, requestedBy: string): Promise<Model> {
 *     return fit(await load(dataset));
 *   },
 * );
 * ```
 *
 * @param options - {@link CachedWorkflowOptions}, or `true` = `'auto'`, `false` = `'disable'`
 * @param fn - The Workflow. It is returned as it is, with the options attached. Name the function
 * like its export (`async function train() { … }`): `client.workflow.start(train)` and
 * `executeChild(train)` read the Workflow's type from this name.
 * @throws `CacheOptionsError` for invalid options, and for a function that is already wrapped.
 * Workflow Tasks fail until the code is fixed.
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- see InferredFrom
export function cachedWorkflow<F extends Wrappable, A extends any[] = never[], R = any>(
  options: CachedWorkflowOptions<InferredFrom<A, R>> | 'auto' | 'disable' | boolean,
  fn: F & ((...args: A) => R),
): F {
  const where = `cachedWorkflow('${functionName(fn)}')`;
  if (typeof fn !== 'function') throw new CacheOptionsError(`${where}: there is no function to wrap`);
  if (declarationOf(fn) !== undefined)
    throw new CacheOptionsError(`${where}: this function is already wrapped`);
  const given = toObject(options as CacheOptions | string | boolean);
  const field = HOST_ONLY.find((name) => name in given);
  if (field === 'hitIf') {
    throw new CacheOptionsError(
      `${where}: 'hitIf' runs on the host: give it to the plugin of the Workers, as workflows: { TYPE: { hitIf } }`,
    );
  }
  if (field !== undefined) {
    throw new CacheOptionsError(
      `${where}: '${field}' is for Activities, because the functions of a Workflow do not run on the host`,
    );
  }
  rejectUnknown(given, FIELDS_OF_WORKFLOWS, where, OTHER_SPELLINGS);
  const { ignoredInputs = [], parameters = [] } = toLayer(given, where);
  const unknown = ignoredInputs.find((path) => !isKnown(path, parameters));
  if (unknown !== undefined) {
    throw new CacheOptionsError(
      `${where}: there is no parameter '${unknown}': name the 'parameters', or use indexes`,
    );
  }
  const { tags, cacheIf, ...data } = given;
  const declaration: Declaration = {
    data: { ...data, ...(Array.isArray(tags) && { tags: tags as string[] }) },
    ...(typeof tags === 'function' && { tags }),
    ...(cacheIf !== undefined && { cacheIf: cacheIf as Declaration['cacheIf'] }),
  };
  Object.defineProperty(fn, DECLARATION, { value: declaration });
  return fn;
}

/** Parameter names are not read from a Workflow's source, because that is often minified. */
function isKnown(path: string, parameters: readonly string[]): boolean {
  const [first = ''] = path.split('.');
  return /^\d+$/.test(first) || parameters.includes(first);
}

function toObject(options: CacheOptions | string | boolean): CacheOptions {
  if (typeof options === 'object' && options !== null) return options;
  const behavior = typeof options === 'boolean' ? (options ? 'auto' : 'disable') : options;
  return { behavior: behavior as CacheOptions['behavior'] };
}

export const declarationOf = (fn: unknown): Declaration | undefined =>
  (fn as { [DECLARATION]?: Declaration } | undefined)?.[DECLARATION];

/** @throws TypeError if the function does not return valid tags */
export function tagsOf({ tags }: Declaration, args: unknown[]): readonly string[] | undefined {
  const found = tags?.(args);
  const problem = found === undefined ? undefined : tagsProblem(found);
  if (problem !== undefined) throw new TypeError(problem);
  return found;
}
