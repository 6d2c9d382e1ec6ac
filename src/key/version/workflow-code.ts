/**
 * The policy behind the `'auto'` of a whole Workflow: the code of the Worker's bundle that may have
 * an effect on it. What Activities and children do is judged by their own versions.
 */
import type { CachePolicy } from '../../options/version-policy';
import { digester } from '../key';
import type * as BundleWalkModule from './reach/bundle-walk';
import { piecesOf, type Reached } from './reach/graph';
import { sourceOfText } from './source';

const digest = digester();

/** The last bundle that was read. Several Workers of a process usually have the same one. */
let last: { code: string; known: Map<string, Reached>; walk?: BundleWalkModule.BundleWalk } | undefined;
/** How long its syntax trees are kept. They are large, and Workflows are asked for together. */
const KEPT_MS = 1_000;
const warned = new Set<string>();

/**
 * Where the modules of the bundle cannot be distinguished, all of the bundle counts. Where it is
 * not known, the function alone does. In both cases the process warns once for each Workflow.
 * @param source - the text of the Workflow's function
 * @param code - the code of the Worker's bundle, if it is known
 */
export function workflowCode(type: string, source: string, code: () => string | undefined): CachePolicy {
  const reached = () => {
    const text = code();
    return text === undefined ? undefined : reachedIn(text, type, source);
  };
  return {
    name: 'reachableCode/1',
    getVersion: () => {
      const found = reached();
      if (found !== undefined) return found.version;
      warn(type, 'sees its function alone, because the bundle is not known');
      return digest(sourceOfText(source, type).body);
    },
    getPieces: () => {
      const found = reached();
      return found && piecesOf(found);
    },
  };
}

function reachedIn(code: string, type: string, source: string): Reached {
  if (last?.code !== code) last = { code, known: new Map<string, Reached>() };
  const { known } = last;
  const id = JSON.stringify([type, source]);
  const reached = known.get(id) ?? walked(last, type, source) ?? wholeOf(code);
  known.set(id, reached);
  return reached;
}

function walked(bundle: NonNullable<typeof last>, type: string, source: string): Reached | undefined {
  let failure: unknown;
  try {
    if (bundle.walk === undefined) {
      // Loaded here, because only Workers need a parser of modules.
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- at once, not in a promise
      const { BundleWalk } = require('./reach/bundle-walk') as typeof BundleWalkModule;
      bundle.walk = BundleWalk.of(bundle.code);
      setTimeout(() => delete bundle.walk, KEPT_MS).unref();
    }
    const reached = bundle.walk?.reachedBy(type, source);
    if (reached !== undefined) return reached;
  } catch (error) {
    failure = error;
    delete bundle.walk; // What it read in part must change no other version.
  }
  warn(type, 'changes with each change of the bundle, whose modules cannot be distinguished', failure);
  return undefined;
}

function wholeOf(code: string): Reached {
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
