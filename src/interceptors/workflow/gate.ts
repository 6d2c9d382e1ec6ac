/**
 * Whether calls of one type are looked up in this run. A look-up is a command: histories from before it, and those of Workers that cannot
 * look up, must replay without it. So the answer is a patch, recorded when the first such call is made.
 */
import { patched, workflowInfo } from '@temporalio/workflow';
import { isRegisteredActivity } from './sdk';
import type { HostQueue } from './host-queue';
import { PATCH_PREFIX, RESOLVE } from '../../wire/names';

/** Stand in a patch before the number of a call: the first one that was looked up, and the first one that was not any more. */
const [FROM, UNTIL] = ['#', '~'];

export class Gate {
  private readonly open = new Set<string>();
  private readonly closed = new Set<string>();
  private isShut = false;

  constructor(private readonly host: Pick<HostQueue, 'isBetween' | 'isLate' | 'isBesideLocalActivity'>) {}

  /** From now on the run begins no look-ups of types that it has not looked up before. */
  shut(): void {
    this.isShut = true;
  }

  /**
   * A run that has looked up once does so ever after, whichever Worker goes on and whatever its calls say by then.
   *
   * On replay a patch is known from the beginning of its Workflow Task, so also to calls of that task which were passed on before it was
   * recorded. So the patch names the first call that was looked up, too.
   * @param name - of the patch
   * @param isWanted - whether the call asks for a look-up; if not, it only follows what the run has done before
   * @param seq - of the call; undefined where there is but one of that name
   */
  opens(name: string, isWanted = true, seq?: number): boolean {
    if (this.host.isBetween || this.closed.has(name)) return false;
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
   * The answer of a look-up waits for the user's local Activities (see host-queue.ts), and one of these may wait for the call. So from the
   * first call that is made beside one, calls of that type are not looked up in this run: their Activities find the value. A replay may have
   * the end of the local Activity earlier, so a patch records the decision.
   */
  private closes(name: string, seq: number): boolean {
    const { isReplaying } = workflowInfo().unsafe;
    if (!isReplaying && (!this.host.isBesideLocalActivity || !this.open.has(name))) return false;
    if (!patched(`${PATCH_PREFIX}${name}${UNTIL}${seq}`)) return false;
    this.closed.add(name);
    return true;
  }
}
