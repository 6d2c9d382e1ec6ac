/** The functions that a wrapper stands for, so that options on them are not lost unseen. */
import type { CodeWalk } from './code-walk';
import type { AnyFunction, Inspector } from './inspector';
import { functionAt, offsetOf } from './live-walk';

/** A longer chain is not followed. */
const MAX_WRAPPED = 20;

/**
 * What `fn` is bound to, proxies, or has captured as a parameter of its maker, as in
 * `traced = (inner) => () => inner()`. The functions that these wrap follow. Other captured
 * variables are left out, because any code calls functions.
 */
export function wrappedBy(fn: AnyFunction, inspector: Inspector, code: CodeWalk): AnyFunction[] {
  const found = new Set([fn]);
  for (const one of found) {
    if (found.size > MAX_WRAPPED) break;
    for (const inner of innerOf(one, inspector, code)) found.add(inner);
  }
  found.delete(fn);
  return [...found];
}

function innerOf(fn: AnyFunction, inspector: Inspector, code: CodeWalk): AnyFunction[] {
  const origin = inspector.originOf(fn);
  if (origin.kind === 'bound') return [origin.target];
  if (origin.kind === 'proxy') return typeof origin.target === 'function' ? [origin.target] : [];
  if (origin.kind === 'native') return [];
  const module = code.codeOf(origin.script);
  const ast = module && functionAt(module, offsetOf(module.text, origin.line, origin.column), fn);
  if (module === undefined || ast === undefined) return [];
  const names: string[] = [];
  for (
    let at = module.parents.get(ast);
    at !== undefined && at !== module.wrapper;
    at = module.parents.get(at)
  ) {
    const { variables = [] } = module.scopes.acquire(at as never) ?? {};
    for (const { name, defs } of variables) {
      const [definition] = defs;
      const isWhole = (definition?.node as { params?: unknown[] } | undefined)?.params?.includes(
        definition?.name,
      );
      if (definition?.type === 'Parameter' && isWhole) names.push(name);
    }
  }
  if (names.length === 0) return [];
  return [...inspector.captured(fn, names).values()].filter((value) => typeof value === 'function');
}
