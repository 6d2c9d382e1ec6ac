/** Which modules of the project are loaded with a module, and in which order they run. */
import { isOwnPackage } from './own-package';
import type { ModuleCode } from './module-code';
import type { Destination } from './resolve';

export class LoadOrder {
  private readonly known = new Map<ModuleCode, readonly ModuleCode[]>();

  /** @param moduleAt - undefined for a module that is not loaded yet, or is no JavaScript */
  constructor(
    private readonly resolve: (specifier: string, from: string) => Destination,
    private readonly moduleAt: (path: string) => ModuleCode | undefined,
  ) {}

  /** The modules that a module loads, those that run first at the front. The last is itself. */
  of(module: ModuleCode): Set<ModuleCode> {
    const entered = new Set<ModuleCode>();
    const order = new Set<ModuleCode>();
    const enter = (one: ModuleCode): void => {
      if (entered.has(one)) return;
      entered.add(one);
      this.importsOf(one).forEach(enter);
      order.add(one);
    };
    enter(module);
    return order;
  }

  private importsOf(module: ModuleCode): readonly ModuleCode[] {
    const known = this.known.get(module);
    if (known !== undefined) return known;
    const found = module.specifiers.flatMap((specifier) => {
      if (isOwnPackage(specifier)) return [];
      const destination = this.resolve(specifier, module.path);
      return destination.kind === 'module' ? (this.moduleAt(destination.path) ?? []) : [];
    });
    this.known.set(module, found);
    return found;
  }
}
