/** The policy behind `'auto'`: all of the project's code that a function reaches. */
import { functionName } from '../../options/function-name';
import type { CachePolicy, VersionParameters } from '../../options/version-policy';
import { functionBody } from './policy';
import { piecesOf, type Reached } from './reach/graph';
import type * as ReachModule from './reach/reach';

type Fn = VersionParameters['fn'];

/** Loaded code does not change: each function is read once in a process. */
const known = new WeakMap<Fn, Reached>();
const failed = new WeakMap<Fn, Error>();
let refused: Error | undefined;
let open: ReachModule.Reach | undefined;
/** How long a session serves, because it costs more to begin than to read a function. */
const SESSION_MS = 5_000;

/**
 * What a function reaches, or undefined where the runtime refuses to show it (a permission model, a
 * runtime without an inspector). One session reads the functions that are asked for together.
 */
export function reachedBy(fn: Fn): Reached | undefined {
  const found = known.get(fn);
  if (found !== undefined || failed.has(fn)) return found;
  const session = openSession();
  if (session === undefined) return undefined;
  try {
    const reached = session.of(fn);
    known.set(fn, reached);
    return reached;
  } catch (error) {
    failed.set(fn, asError(error));
    process.emitWarning(
      `The version of '${functionName(fn)}' sees the function alone: what it reaches cannot be read`,
      { code: 'ACTIVITY_CACHE_FUNCTION_BODY', detail: asError(error).stack },
    );
    return undefined;
  }
}

/** The functions that `fn` wraps. Empty where the runtime refuses to show them. */
export function wrappedBy(fn: Fn): Fn[] {
  try {
    return (openSession()?.wrappedBy(fn) ?? []) as Fn[];
  } catch {
    return []; // Only a warning is made of it.
  }
}

function openSession(): ReachModule.Reach | undefined {
  if (open !== undefined || refused !== undefined) return open;
  try {
    // Loaded here, because only Workers need a parser of modules.
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- at once, not in a promise
    const { Reach } = require('./reach/reach') as typeof ReachModule;
    const session = new Reach();
    open = session;
    const close = () => {
      session.close();
      open = undefined;
    };
    setTimeout(close, SESSION_MS).unref();
  } catch (error) {
    refused = asError(error);
    process.emitWarning(
      `Versions see the function alone, not what it reaches, because the runtime refuses the inspector: ${refused.message}`,
      { code: 'ACTIVITY_CACHE_FUNCTION_BODY' },
    );
  }
  return open;
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

/** Why the version of `fn` sees the function alone. Undefined where it sees what it reaches. */
export const refusal = (fn: Fn): Error | undefined => failed.get(fn) ?? refused;

/**
 * The function and everything that it reaches in the project's own code: functions, classes,
 * constants, captured values, through wrappers and bound functions. Of packages the name and the
 * version count. A variable of a module counts by its source, not by its value, so that a time or a
 * port in it changes no version.
 * What it cannot see is listed in the version's manifest: computed imports, `eval`, the data in
 * instances. Where the runtime refuses an inspector it is {@link functionBody}.
 * (redun: `@task` hashes, marimo: `persistent_cache`.)
 */
export function reachableCode(): CachePolicy {
  const body = functionBody();
  return {
    name: 'reachableCode/1',
    getVersion: (salt, parameters) => {
      const reached = reachedBy(parameters.fn);
      return reached === undefined ? body.getVersion(salt, parameters) : reached.version;
    },
    getPieces: (_salt, { fn }) => {
      const reached = reachedBy(fn);
      return reached && piecesOf(reached);
    },
  };
}
