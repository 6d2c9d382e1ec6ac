/**
 * What only the inspector knows: from which script a function comes, the text of that script as it
 * runs, and the variables that a closure captured. A session on the own thread, without a port.
 */
import inspector from 'node:inspector';
import { fileURLToPath } from 'node:url';
import { isChanged, isLoaded, loadedAs, loadedPaths } from './common-js';
import type { Script, Scripts } from './scripts';

// eslint-disable-next-line @typescript-eslint/no-unsafe-function-type -- functions of any shape
export type AnyFunction = Function;

/** Where a function begins, or what it stands for. */
export type Origin =
  | { kind: 'script'; script: Script; line: number; column: number }
  | { kind: 'bound'; target: AnyFunction; self: unknown; args: unknown[] }
  | { kind: 'proxy'; target: unknown; handler: unknown }
  | { kind: 'native' };

interface Property {
  name: string;
  value?: { objectId?: string; value?: unknown };
}

/** The module that both realms share where tests run in a realm of their own. */
const shared = inspector as unknown as Record<symbol, unknown>;
const HANDED = Symbol.for('temporal-activity-cache handed over');
const FROM_HANDED = `(globalThis.process.getBuiltinModule ?? require)('node:inspector')[Symbol.for('temporal-activity-cache handed over')]`;
const MAX_BOUND_ARGUMENTS = 100;

export class Inspector implements Scripts {
  readonly isComplete = false;
  private readonly session = new inspector.Session();
  private readonly scripts = new Map<string, Script>();
  private readonly texts = new Map<string, string>();
  private readonly newest = new Map<string, Script>();
  /** How many scripts were loaded. What is evaluated has no path. */
  loads = 0;

  /** @throws an Error where the runtime refuses an inspector */
  constructor() {
    this.session.connect();
    this.session.on('Debugger.scriptParsed', ({ params: { scriptId, url } }) => {
      const script = { id: scriptId, path: pathOf(url) };
      this.scripts.set(scriptId, script);
      this.newest.set(script.path, script);
      if (url !== '') this.loads++;
    });
    this.post('Debugger.enable');
  }

  close(): void {
    this.session.disconnect();
  }

  scriptOf(path: string): Script | undefined {
    return this.newest.get(path) ?? this.forgotten(path);
  }

  mayDiffer(path: string): boolean {
    return (isLoaded(path) || this.newest.has(path)) && isChanged(path);
  }

  get paths(): Iterable<string> {
    return new Set([...this.newest.keys(), ...loadedPaths()]);
  }

  /**
   * V8 forgets the script of a CommonJS module of which no function is left, as one that has only
   * constants, whenever it collects garbage.
   */
  private forgotten(path: string): Script | undefined {
    const text = loadedAs(path);
    if (text === undefined) return undefined;
    const script = { id: `forgotten ${path}`, path };
    this.texts.set(script.id, text);
    this.newest.set(path, script);
    return script;
  }

  textOf(script: Script): string {
    let text = this.texts.get(script.id);
    if (text === undefined) {
      text = this.post<{ scriptSource: string }>('Debugger.getScriptSource', {
        scriptId: script.id,
      }).scriptSource;
      this.texts.set(script.id, text);
    }
    return text;
  }

  originOf(fn: object): Origin {
    const internal = this.internals(fn);
    const location = internal.get('[[FunctionLocation]]')?.value as
      { scriptId: string; lineNumber: number; columnNumber: number } | undefined;
    const script = location && this.scripts.get(location.scriptId);
    if (location && script)
      return { kind: 'script', script, line: location.lineNumber + 1, column: location.columnNumber };
    const target = internal.get('[[TargetFunction]]');
    if (target !== undefined) {
      const args = internal.get('[[BoundArgs]]');
      return {
        kind: 'bound',
        target: this.valueOf(target) as AnyFunction,
        self: this.valueOf(internal.get('[[BoundThis]]')),
        args: args ? (this.valueOf(args) as unknown[]).slice(0, MAX_BOUND_ARGUMENTS) : [],
      };
    }
    const proxied = internal.get('[[Target]]');
    if (proxied === undefined) return { kind: 'native' };
    const handler = this.valueOf(internal.get('[[Handler]]'));
    return { kind: 'proxy', target: this.valueOf(proxied), handler };
  }

  /** The captured variables of these names. What the runtime did not keep is missing. */
  captured(fn: AnyFunction, names: readonly string[]): Map<string, unknown> {
    const found = new Map<string, unknown>();
    const scopes = this.internals(fn).get('[[Scopes]]')?.objectId;
    if (scopes === undefined) return found;
    for (const { value } of this.properties(scopes).result) {
      if (value?.objectId === undefined) continue;
      const wanted = names.filter((name) => !found.has(name));
      if (wanted.length === 0) break;
      for (const [name, captured] of this.membersOf(value.objectId, wanted)) found.set(name, captured);
    }
    return found;
  }

  private internals(value: object): Map<string, { objectId?: string; value?: unknown }> {
    shared[HANDED] = value;
    try {
      const { result } = this.post<{ result: { objectId: string } }>('Runtime.evaluate', {
        expression: FROM_HANDED,
        includeCommandLineAPI: true,
      });
      const { internalProperties = [] } = this.properties(result.objectId);
      return new Map(internalProperties.map(({ name, value: internal }) => [name, internal ?? {}]));
    } finally {
      delete shared[HANDED];
    }
  }

  private properties(objectId: string): { result: Property[]; internalProperties?: Property[] } {
    return this.post('Runtime.getProperties', { objectId, ownProperties: true });
  }

  private membersOf(objectId: string, names: string[]): [string, unknown][] {
    return this.handBack(
      objectId,
      `function (names) { return names.filter((name) => Object.hasOwn(this.object, name)).map((name) => [name, this.object[name]]); }`,
      [{ value: names }],
    ) as [string, unknown][];
  }

  private valueOf(remote: { objectId?: string; value?: unknown } | undefined): unknown {
    if (remote?.objectId === undefined) return remote?.value;
    return this.handBack(remote.objectId, 'function () { return this; }', []);
  }

  /** Calls a function on a remote object, and gets its answer as a value of this realm. */
  private handBack(objectId: string, declaration: string, args: { value: unknown }[]): unknown {
    shared[HANDED] = undefined;
    const take = `function (...given) { const to = ((globalThis.process?.getBuiltinModule) ?? globalThis.require)('node:inspector'); to[Symbol.for('temporal-activity-cache handed over')] = (${declaration}).apply(this, given); }`;
    try {
      this.post('Runtime.callFunctionOn', { objectId, functionDeclaration: take, arguments: args });
      return shared[HANDED];
    } finally {
      delete shared[HANDED];
    }
  }

  /** The session answers at once, because it is on the own thread. */
  private post<T = unknown>(method: string, params: object = {}): T {
    let answer: T | undefined;
    let failure: Error | null = null;
    (
      this.session.post as (
        name: string,
        given: object,
        done: (error: Error | null, result: T) => void,
      ) => void
    ).call(this.session, method, params, (error, result) => {
      failure = error;
      answer = result;
    });
    const thrown = (answer as { exceptionDetails?: { text: string } } | undefined)?.exceptionDetails;
    if (failure !== null) throw failure as Error;
    if (thrown !== undefined) throw new Error(`The inspector failed: ${thrown.text}`);
    return answer as T;
  }
}

function pathOf(url: string): string {
  if (!url.startsWith('file:')) return url;
  try {
    return fileURLToPath(url);
  } catch {
    return url;
  }
}
