/**
 * Whether calls of one type are looked up in this run. A look-up is a command: histories from before it, and those of Workers that cannot
 * look up, must replay without it. So the answer is a patch, recorded when the first such call is made.
 */
import { patched, workflowInfo } from '@temporalio/workflow';
import { getActivator } from '@temporalio/workflow/lib/global-attributes';
import type { HostQueue } from './host-queue';
import { PATCH_PREFIX, RESOLVE } from './protocol';

export class Gate {
  private readonly open = new Set<string>();

  constructor(private readonly host: Pick<HostQueue, 'isLate'>) {}

  /**
   * A run that has looked up once does so ever after, whichever Worker goes on and whatever its calls say by then.
   * @param name - of the patch
   * @param isWanted - whether the call asks for a look-up; if not, it only follows what the run has done before
   */
  opens(name: string, isWanted = true): boolean {
    if (this.open.has(name)) return true;
    const { isReplaying } = workflowInfo().unsafe;
    const mayOpen = isWanted && !this.host.isLate && getActivator().registeredActivityNames.has(RESOLVE);
    if (!isReplaying && !mayOpen) return false;
    if (!patched(PATCH_PREFIX + name)) return false;
    this.open.add(name);
    return true;
  }
}
