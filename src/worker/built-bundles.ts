/** The code of the Workflow bundles that Workers have, given to them or made by them. */
import type { BundleOptions, WorkerOptions } from '@temporalio/worker';
import { codeOf } from './workflow-bundle';

type Hook = NonNullable<BundleOptions['webpackConfigHook']>;

/** The part of webpack that is used here, so that its own types need not be installed. */
interface Compiler {
  hooks: {
    assetEmitted: {
      tap(name: string, listener: (file: string, asset: { content: Buffer }) => void): void;
    };
  };
}

const withoutMap = (code: string): string => code.replace(/\n\/\/# sourceMappingURL=.*/, '');

export class BuiltBundles {
  /** The code that was made last, by the path of the Workflows. */
  private readonly made = new Map<string, string>();
  private readonly known = new WeakMap<object, string>();

  /** Keeps the code of the bundle that webpack makes with the hook. */
  keep(workflowsPath: string, hook: Hook): Hook {
    const keeping = {
      apply: ({ hooks }: Compiler) =>
        hooks.assetEmitted.tap('temporal-activity-cache', (file, { content }) => {
          if (file.endsWith('.js')) this.made.set(workflowsPath, withoutMap(content.toString()));
        }),
    };
    return (given) => {
      const config = hook(given);
      return { ...config, plugins: [...(config.plugins ?? []), keeping] };
    };
  }

  /** The code of a Worker's bundle, without its source map. */
  of(options: Pick<WorkerOptions, 'workflowBundle' | 'workflowsPath'>): string | undefined {
    const known = this.known.get(options);
    if (known !== undefined) return known;
    const { workflowBundle, workflowsPath } = options;
    if (workflowBundle === undefined) return this.made.get(workflowsPath ?? '');
    const code = withoutMap(codeOf(workflowBundle));
    this.known.set(options, code);
    return code;
  }
}
