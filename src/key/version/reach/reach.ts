/** All that a function reaches in the project's own code, and the packages that it reaches. */
import { projectFolder } from '../../../project-folder';
import { CodeWalk } from './code-walk';
import { type Reached, reachedFrom } from './graph';
import { type AnyFunction, Inspector } from './inspector';
import { LiveWalk } from './live-walk';
import { Resolver } from './resolve';
import { wrappedBy } from './wrapped';

/** Walks several functions with one session. Must be closed. */
export class Reach {
  private readonly inspector = new Inspector();
  private readonly code: CodeWalk;

  /** @throws an Error where the runtime refuses the inspector */
  constructor() {
    const isLoaded = (path: string) => this.inspector.scriptOf(path) !== undefined;
    const resolver = new Resolver(isLoaded, () => this.inspector.paths);
    this.code = new CodeWalk(this.inspector, resolver, projectFolder());
  }

  of(fn: AnyFunction): Reached {
    // A walk of its own: what was walked before must not change a version.
    return reachedFrom(new LiveWalk(this.inspector, this.code).function(fn));
  }

  wrappedBy(fn: AnyFunction): AnyFunction[] {
    return wrappedBy(fn, this.inspector, this.code);
  }

  close(): void {
    this.inspector.close();
  }
}
