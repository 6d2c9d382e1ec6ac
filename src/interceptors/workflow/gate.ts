/**
 * Decides whether calls of one type are looked up in this run. A look-up is a command. Histories
 * from before the plugin, and those of Workers that cannot look up, must replay without it. So the
 * decision is a patch, which is recorded when the first such call is made.
 */
import { patched, workflowInfo } from '@temporalio/workflow';
import { isCompleted, isRegisteredActivity } from './sdk';
import type { HostQueue } from './host-queue';
import { PATCH_PREFIX, RESOLVE } from '../../wire/names';

/**
 * Separators in a patch name, before the number of a call: the first call that was looked up, and
 * the first one that was no longer looked up.
 */
const [FROM, UNTIL] = ['#', '~'];

export class Gate {
  private readonly open = new Set<string>();
  private readonly closed = new Set<string>();
  private isShut = false;

  constructor(
    private readonly host: Pick<HostQueue, 'isBetween' | 'isLate' | 'isCutOff' | 'isBesideLocalActivity'>,
  ) {}

  /** From now on the run starts no look-ups of types that it has not looked up before. */
  shut(): void {
    this.isShut = true;
  }

  /**
   * A run that has looked up a type once always does so, whichever Worker continues it and whatever
   * its calls ask for by then.
   *
   * On replay a patch is known from the beginning of its Workflow Task, so calls that the task
   * passed on before the patch was recorded would see it too. So the patch also names the first
   * call that was looked up.
   * @param name - the name of the patch
   * @param isWanted - whether the call asks for a look-up. If not, it only repeats what the run has
   *   done before.
   * @param seq - the number of the call. Undefined if there is only one call of that name.
   */
  opens(name: string, isWanted = true, seq?: number): boolean {
    // A patch is a command, and the server refuses all commands of a run if one follows its end.
    if (this.host.isBetween || isCompleted() || this.closed.has(name)) return false;
    if (seq !== undefined && this.closes(name, seq)) return false;
    if (this.open.has(name)) return true;
    const patch = PATCH_PREFIX + name;
    const ownPatch = seq === undefined ? patch : `${patch}${FROM}${seq}`;
    const mayOpen =
      isWanted &&
      !this.isShut &&
      !this.host.isLate &&
      !this.host.isBesideLocalActivity &&
      isRegisteredActivity(RESOLVE);
    if (!workflowInfo().unsafe.isReplaying && !mayOpen) return false;
    if (!patched(ownPatch)) return false;
    this.open.add(name);
    return true;
  }

  /**
   * The answer of a look-up waits for the user's local Activities (see host-queue.ts), and one of
   * these may in turn wait for the call. So from the first call that is made while one is running,
   * calls of that type are not looked up in this run: their Activities find the value. In a replay
   * the local Activity may end earlier, so a patch records the decision. A patch that is recorded
   * after a query has cut off the Workflow Task would come too late for a replay. There the call is
   * looked up, whether or not a local Activity is running.
   */
  private closes(name: string, seq: number): boolean {
    const { isReplaying } = workflowInfo().unsafe;
    const { isBesideLocalActivity, isCutOff } = this.host;
    if (!isReplaying && (!isBesideLocalActivity || isCutOff || !this.open.has(name))) return false;
    if (!patched(`${PATCH_PREFIX}${name}${UNTIL}${seq}`)) return false;
    this.closed.add(name);
    return true;
  }
}
