/**
 * Rejects Workflow code that imports the package's main entry with one clear message, instead of an
 * error for each Node module that the main entry loads.
 */
import type { BundleOptions } from '@temporalio/worker';
import { CacheOptionsError } from '../errors';

type Hook = NonNullable<BundleOptions['webpackConfigHook']>;

/** The parts of webpack that are used here, so that its own types need not be installed. */
interface Compiler {
  hooks: {
    normalModuleFactory: Tappable<{ hooks: { beforeResolve: Tappable<Request> } }>;
    afterCompile: Tappable<unknown>;
  };
}
interface Tappable<T> {
  tap(name: string, listener: (given: T) => unknown): void;
}
interface Request {
  request: string;
  contextInfo: { issuer: string };
}

const MAIN_ENTRY = 'temporal-activity-cache';

const refusing = {
  apply({ hooks }: Compiler): void {
    let importer: string | undefined;
    hooks.normalModuleFactory.tap(MAIN_ENTRY, (factory) => {
      factory.hooks.beforeResolve.tap(MAIN_ENTRY, ({ request, contextInfo }) => {
        if (request !== MAIN_ENTRY) return undefined;
        importer ??= contextInfo.issuer;
        return false; // Webpack reads nothing of the module.
      });
    });
    hooks.afterCompile.tap(MAIN_ENTRY, () => {
      if (importer === undefined) return;
      throw new CacheOptionsError(
        `Workflow code imports '${MAIN_ENTRY}/workflow', not '${MAIN_ENTRY}', which is for the host: see ${importer}`,
      );
    });
  },
};

/**
 * Runs the user's hook, then ours. If the user's options ignore the main entry, the bundle does
 * too.
 */
export function withMainEntryRefused(hook: Hook = (config) => config): Hook {
  return (given) => {
    const config = hook(given);
    const { plugins = [], resolve } = config;
    const ignored = (resolve?.alias as Record<string, unknown> | undefined)?.[MAIN_ENTRY] === false;
    return ignored || plugins.includes(refusing) ? config : { ...config, plugins: [...plugins, refusing] };
  };
}
