/** All that a function reaches in the project's own code, and the packages that it reaches. */
import { projectFolder } from '../../../project-folder';
import { CodeWalk } from './code-walk';
import { type Reached, reachedFrom } from './graph';
import { type AnyFunction, Inspector } from './inspector';
import { LiveWalk } from './live-walk';
import { type ModuleCode, moduleCode } from './module-code';
import { Resolver } from './resolve';
import { wrappedBy } from './wrapped';

/**
 * Walks several functions with one session. Must be closed.
 * @throws an Error where the runtime refuses the inspector
 */
export class Reach {
  private readonly inspector = new Inspector();
  /** What was read, by its path and its text. */
  private readonly modules = new Map<string, ModuleCode | undefined>();
  private walk?: { code: CodeWalk; loads: number };

  of(fn: AnyFunction): Reached {
    try {
      // A walk of its own: what was walked before must not change a version.
      return reachedFrom(new LiveWalk(this.inspector, this.code).function(fn));
    } catch (error) {
      this.walk = undefined; // What it read in part must change no other version.
      throw error;
    }
  }

  wrappedBy(fn: AnyFunction): AnyFunction[] {
    return wrappedBy(fn, this.inspector, this.code);
  }

  close(): void {
    this.inspector.close();
  }

  /** What code leads to, until more code is loaded: the same import may lead elsewhere then. */
  private get code(): CodeWalk {
    const { inspector } = this;
    if (this.walk?.loads !== inspector.loads) {
      const resolver = new Resolver(
        (path) => inspector.scriptOf(path) !== undefined,
        () => inspector.paths,
      );
      const code = new CodeWalk(inspector, resolver, projectFolder(), this.read);
      this.walk = { code, loads: inspector.loads };
    }
    return this.walk.code;
  }

  private readonly read = (path: string, text: string): ModuleCode | undefined => {
    const id = `${path}\n${text}`;
    if (!this.modules.has(id)) this.modules.set(id, moduleCode(path, text));
    return this.modules.get(id);
  };
}
