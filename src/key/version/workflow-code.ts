/**
 * The policy behind the `'auto'` of a whole Workflow: all of the project's code that its function
 * reaches in the Worker's bundle. What Activities and children do is judged by their own versions.
 */
import type { CachePolicy } from '../../options/version-policy';
import { digester } from '../key';
import type { Bundle } from './reach/bundle';
import type * as BundleWalk from './reach/bundle-walk';
import { piecesOf, type Reached } from './reach/graph';
import { sourceOfText } from './source';

const digest = digester();

/** A bundle is read once. Several Workers of a process usually have the same one. */
let last: { code: string; bundle: Bundle; known: Map<string, Reached | undefined> } | undefined;

/**
 * @param source - the text of the Workflow's function
 * @param code - the code of the Worker's bundle, if it is known
 */
export function workflowCode(type: string, source: string, code: () => string | undefined): CachePolicy {
  const reached = () => reachedFrom(type, source, code());
  return {
    name: 'reachableCode/1',
    getVersion: () => reached()?.version ?? digest(sourceOfText(source, type).body),
    getPieces: () => {
      const found = reached();
      return found && piecesOf(found);
    },
  };
}

const warned = new Set<string>();

function reachedFrom(type: string, source: string, code: string | undefined): Reached | undefined {
  let failure: unknown;
  try {
    const reached = code === undefined ? undefined : reachedIn(code, type, source);
    if (reached !== undefined) return reached;
  } catch (error) {
    failure = error;
  }
  if (warned.has(type)) return undefined;
  warned.add(type);
  process.emitWarning(
    `The version of the Workflow '${type}' sees its function alone: the bundle does not show its modules, ` +
      'as when it is minified. Give the Workflow a version, or bundle it as bundleWorkflowCode does',
    { code: 'ACTIVITY_CACHE_FUNCTION_BODY', detail: (failure as Error | undefined)?.stack },
  );
  return undefined;
}

function reachedIn(code: string, type: string, source: string): Reached | undefined {
  // Loaded here, because only Workers need a parser of modules.
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- at once, not in a promise
  const { Bundle, reachedInBundle } = require('./reach/bundle-walk') as typeof BundleWalk;
  if (last?.code !== code)
    last = { code, bundle: new Bundle(code, process.cwd()), known: new Map<string, Reached | undefined>() };
  const id = JSON.stringify([type, source]);
  if (!last.known.has(id)) last.known.set(id, reachedInBundle(last.bundle, type, source));
  return last.known.get(id);
}
