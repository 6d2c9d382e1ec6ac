/**
 * How the Workers of a queue declare what they run, for look-ups on Workers that cannot know it
 * themselves.
 */
import { encode } from '../key/canonical';
import { digester } from '../key/key';
import type { GuardedStore } from '../store/guard';
import { Builds } from './builds';
import { type Declared, sameOf } from './declared';
import type { Place } from './dependencies';
import { type Build, FALLBACK } from './publication';

/** The name of everything besides the call that keys are made with. */
export const keySpaceOf = ({
  secret,
  vary,
}: {
  secret: string | undefined;
  vary: readonly string[];
}): string => digester(secret)(encode(['key space', vary])).slice(0, 32);

export class Declarations {
  private readonly builds: Builds;
  private readonly asked = new Map<string, Promise<(Build | undefined)[]>>();

  /** @param keySpace - Workers with another key space compute other keys */
  constructor(
    store: GuardedStore,
    scope: string,
    private readonly keySpace: string,
  ) {
    this.builds = new Builds(store, scope);
  }

  /**
   * @returns undefined where it cannot be known: no Worker publishes the declaration, Workers
   *   publish different ones, or the declaration is more than data
   * @throws {CacheStoreError}
   */
  async ofActivity(type: string, place: Place): Promise<Declared | undefined> {
    const builds = await this.buildsOn(place);
    const serving = builds.filter((build) => build === undefined || serves(build, type));
    return sameOf(serving.map((build) => (this.sharesKeys(build) ? build?.declared?.[type] : undefined)));
  }

  /**
   * The declaration of a Workflow, known only after it has run: a bundle does not list its
   * contents.
   * @param asksHere - whether the caller has the `hitIf` of this type itself. Otherwise a Workflow
   *   whose Workers have one is left to them.
   * @returns undefined where it cannot be known, `{}` if the Workflow declares nothing
   * @throws {CacheStoreError}
   */
  async ofWorkflow(
    type: string,
    { namespace, taskQueue }: Place,
    asksHere: boolean,
  ): Promise<{ declared?: unknown } | undefined> {
    const everywhere = await this.builds.live(namespace);
    const all = await Promise.all(
      everywhere.map(async ({ build, taskQueue }) => ({
        taskQueue,
        build: await this.builds.buildOf(build),
      })),
    );
    const here = all.filter((one) => one.taskQueue === taskQueue);
    const serving = here.filter(({ build }) => build === undefined || build.workflows !== undefined);
    return sameOf(
      serving.map(({ build }) => {
        if (!this.sharesKeys(build)) return undefined;
        if (!asksHere && build?.askedWorkflows?.includes(type)) return undefined;
        // A digest names the same bundle on every queue. A user's build id is only valid on this
        // queue.
        const alike = isDigest(build?.workflows) ? all : here;
        const known = alike.find(
          (one) => one.build?.workflows === build?.workflows && one.build?.declaredWorkflows?.[type],
        );
        return known?.build?.declaredWorkflows?.[type];
      }),
    );
  }

  /** Reads the builds once for all calls that are asked about together. */
  private buildsOn(place: Place): Promise<(Build | undefined)[]> {
    const name = JSON.stringify(place);
    const read = async ({ namespace, taskQueue }: Place) => {
      const live = await this.builds.live(namespace, taskQueue);
      return Promise.all(live.map(({ build }) => this.builds.buildOf(build)));
    };
    const asked = this.asked.get(name) ?? read(place);
    if (!this.asked.has(name)) {
      this.asked.set(name, asked);
      setImmediate(() => this.asked.delete(name));
    }
    return asked;
  }

  private sharesKeys(build: Build | undefined): boolean {
    return build?.keySpace === this.keySpace;
  }
}

const serves = ({ activities }: Build, type: string): boolean =>
  Object.hasOwn(activities, type) || Object.hasOwn(activities, FALLBACK);

const isDigest = (version: string | undefined): boolean => /^[0-9a-f]{32}$/.test(version ?? '');
