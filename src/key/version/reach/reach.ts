/** All that a function reaches in the project's own code, and the packages that it reaches. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CodeWalk } from './code-walk';
import { type Reached, reachedFrom } from './graph';
import { type AnyFunction, Inspector } from './inspector';
import { LiveWalk } from './live-walk';

/** Walks several functions with one session. Must be closed. */
export class Reach {
  private readonly inspector = new Inspector();
  private readonly live: LiveWalk;

  /** @throws an Error where the runtime refuses the inspector */
  constructor() {
    this.live = new LiveWalk(this.inspector, new CodeWalk(this.inspector, projectFolder()));
  }

  of(fn: AnyFunction): Reached {
    return reachedFrom(this.live.function(fn));
  }

  close(): void {
    this.inspector.close();
  }
}

/** Names of files in manifests are relative to it. */
function projectFolder(): string {
  let folder = process.cwd();
  while (!existsSync(join(folder, 'package.json')) && folder !== dirname(folder)) folder = dirname(folder);
  return folder;
}
