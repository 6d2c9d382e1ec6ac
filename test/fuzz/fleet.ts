/** Workers of every kind, for many programs at a time. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { type InjectedSinks, NativeConnection, Worker } from '@temporalio/worker';
import { CachePlugin, type CacheStore } from 'temporal-activity-cache';
import { bundle } from '../helpers/bundle';
import { activities } from './activities';
import { Turns } from './turns';
import type { FuzzSinks } from './workflows';

/** Where a run is worked on. `bare`: without the plugin; the others differ in how often a run is begun again from its history. */
export type Mode = 'bare' | 'usual' | 'small' | 'none' | 'replaced';

/** So many runs at a time: with a small cache they push one another out, and each time a look-up is lost. */
const AT_ONCE: Partial<Record<Mode, number>> = { small: 3, none: 2 };
const CACHED: Partial<Record<Mode, number>> = { small: 2, none: 0 };
const REPLACED_EVERY_MS = 2_000;

export type Bundles = Awaited<ReturnType<typeof bundles>>;

export async function bundles() {
  const workflowsPath = require.resolve('./workflows');
  const bare = await bundle({
    workflowsPath,
    workflowInterceptorModules: [require.resolve('./after-end')],
  });
  return { bare, plugin: await bundle({ workflowsPath, plugins: [new CachePlugin({ store: 'memory:' })] }) };
}

/** What runs did, by their run ids, as they did it first; and what was wrong. */
export class Witness {
  readonly traces = new Map<string, string>();
  /** The runs without the plugin that commanded something after their end. */
  readonly afterEnd = new Set<string>();
  private readonly wrongs = new Map<string, Map<string, Wrong>>();

  readonly sinks: InjectedSinks<FuzzSinks> = {
    fuzz: {
      ended: {
        fn: ({ runId, unsafe }, trace) => {
          const before = this.traces.get(runId);
          if (!unsafe.isReplaying) this.traces.set(runId, trace);
          else if (before !== undefined && before !== trace)
            this.note(runId, 'replay', differs(before, trace));
        },
        callDuringReplay: true,
      },
      wrong: { fn: ({ runId }, what) => this.note(runId, 'wrong', what), callDuringReplay: true },
      afterEnd: { fn: ({ runId }) => void this.afterEnd.add(runId), callDuringReplay: false },
    },
  };

  /** What was wrong with a run; it is told once. */
  takeWrongs(runId: string): Wrong[] {
    const wrongs = [...(this.wrongs.get(runId)?.values() ?? [])];
    this.wrongs.delete(runId);
    return wrongs;
  }

  forget(runId: string): void {
    this.traces.delete(runId);
    this.afterEnd.delete(runId);
    this.wrongs.delete(runId);
  }

  private note(runId: string, kind: Wrong['kind'], text: string): void {
    this.wrongs.set(runId, (this.wrongs.get(runId) ?? new Map<string, Wrong>()).set(text, { kind, text }));
  }
}

export interface Wrong {
  kind: 'wrong' | 'replay';
  text: string;
}

/** The place where a replay did something else. */
function differs(before: string, after: string): string {
  const [one, other] = [before.split(' '), after.split(' ')];
  const at = one.findIndex((word, i) => word !== other[i]);
  const part = (words: string[]) => words.slice(Math.max(0, at - 2), at + 5).join(' ');
  return `replay did something else after ${at} steps: ${part(other)} instead of ${part(one)}`;
}

export class Fleet {
  readonly name = `fuzz-${randomUUID().slice(0, 8)}`;
  readonly witness = new Witness();
  readonly plugin: CachePlugin;
  private readonly running: Promise<unknown>[] = [];
  private readonly ending = new AbortController();

  private constructor(
    readonly client: Client,
    private readonly natives: readonly [NativeConnection, NativeConnection],
    private readonly made: Bundles,
    readonly store: CacheStore | string,
  ) {
    this.plugin = new CachePlugin({ store: store as CacheStore });
  }

  static async open(
    to: Connections,
    made: Bundles,
    store: CacheStore | string,
    modes: Mode[],
  ): Promise<Fleet> {
    const fleet = new Fleet(to.client, to.natives, made, store);
    for (const mode of modes) {
      if (mode === 'replaced') fleet.running.push(fleet.replace(await fleet.worker(mode)));
      else fleet.running.push(fleet.runUntilEnd(await fleet.worker(mode)));
    }
    return fleet;
  }

  private readonly turns = new Map(Object.entries(AT_ONCE).map(([mode, count]) => [mode, new Turns(count)]));

  /** In turn, where a kind of Worker takes only so many runs at a time. */
  inTurn<T>(mode: Mode, run: () => Promise<T>): Promise<T> {
    return this.turns.get(mode)?.run(run) ?? run();
  }

  readonly queue = (mode: Mode): string => `${this.name}-${mode}`;

  private worker(mode: Mode, connection = this.natives[0]): Promise<Worker> {
    return Worker.create({
      connection,
      taskQueue: this.queue(mode),
      workflowBundle: mode === 'bare' ? this.made.bare : this.made.plugin,
      activities,
      sinks: this.witness.sinks,
      maxCachedWorkflows: CACHED[mode],
      stickyQueueScheduleToStartTimeout: '1 second',
      ...(mode !== 'bare' && { plugins: [this.plugin] }),
    });
  }

  private runUntilEnd(worker: Worker): Promise<void> {
    return worker.runUntil(
      new Promise<void>((end) => this.ending.signal.addEventListener('abort', () => end())),
    );
  }

  /** A Worker after the other: the next one is there before the last one goes. */
  private async replace(first: Worker): Promise<void> {
    let running = { worker: first, ended: first.run() };
    for (let count = 1; !this.ending.signal.aborted; count++) {
      await sleep(REPLACED_EVERY_MS, undefined, { signal: this.ending.signal }).catch(() => {});
      if (this.ending.signal.aborted) break;
      const worker = await this.worker('replaced', this.natives[count % 2]);
      const next = { worker, ended: worker.run() };
      stop(running.worker);
      await running.ended;
      running = next;
    }
    stop(running.worker);
    await running.ended;
  }

  async close(): Promise<void> {
    this.ending.abort();
    await Promise.all(this.running);
  }
}

/** A signal to the process may have stopped it before. */
const stop = (worker: Worker): void => void (worker.getState() === 'RUNNING' && worker.shutdown());

export interface Connections {
  client: Client;
  /** Two Workers of one task queue need two. */
  natives: [NativeConnection, NativeConnection];
  close(): Promise<void>;
}

export async function connect(address: string): Promise<Connections> {
  const natives: Connections['natives'] = [
    await NativeConnection.connect({ address }),
    await NativeConnection.connect({ address }),
  ];
  const connection = await Connection.connect({ address });
  const close = async () => {
    await connection.close();
    for (const native of natives) await native.close();
  };
  return { client: new Client({ connection }), natives, close };
}
