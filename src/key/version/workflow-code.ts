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

/** The bundle that was read last. Several Workers of a process usually have the same one. */
let last: { code: string; bundle: Bundle | undefined; known: Map<string, Reached> } | undefined;
const warned = new Set<string>();

/**
 * Where the modules of the bundle cannot be distinguished, all of the bundle counts. Where it is
 * not known, the function alone does. In both cases the process warns once for each Workflow.
 * @param source - the text of the Workflow's function
 * @param code - the code of the Worker's bundle, if it is known
 */
export function workflowCode(type: string, source: string, code: () => string | undefined): CachePolicy {
  return {
    name: 'reachableCode/1',
    getVersion: () => {
      const text = code();
      if (text === undefined) warn(type, 'sees its function alone, because the bundle is not known');
      return text === undefined
        ? digest(sourceOfText(source, type).body)
        : reachedFrom(type, source, text).version;
    },
    getPieces: () => {
      const text = code();
      return text === undefined ? undefined : piecesOf(reachedFrom(type, source, text));
    },
  };
}

function reachedFrom(type: string, source: string, code: string): Reached {
  // Loaded here, because only Workers need a parser of modules.
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- at once, not in a promise
  const walk = require('./reach/bundle-walk') as typeof BundleWalk;
  let failure: unknown;
  try {
    if (last?.code !== code)
      last = { code, bundle: walk.Bundle.read(code, process.cwd()), known: new Map<string, Reached>() };
    const id = JSON.stringify([type, source]);
    const { bundle, known } = last;
    const reached = known.get(id) ?? (bundle && walk.reachedInBundle(bundle, type, source));
    if (reached !== undefined) {
      known.set(id, reached);
      return reached;
    }
  } catch (error) {
    failure = error;
  }
  warn(type, 'changes with each change of the bundle, whose modules cannot be distinguished', failure);
  const version = digest(code);
  return { version, manifest: { nodes: { 'the Workflow bundle': version }, packages: [], opaque: [] } };
}

function warn(type: string, what: string, failure?: unknown): void {
  if (warned.has(type)) return;
  warned.add(type);
  process.emitWarning(
    `The version of the Workflow '${type}' ${what}. Give the Workflow a version, or bundle it as ` +
      'bundleWorkflowCode does by default',
    { code: 'ACTIVITY_CACHE_WORKFLOW_CODE', detail: (failure as Error | undefined)?.stack },
  );
}
