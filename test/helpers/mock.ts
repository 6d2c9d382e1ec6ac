/** The cache around Activities in `MockActivityEnvironment`: no server, no Worker. */
import type { Context, Info } from '@temporalio/activity';
import type { LogLevel, Payload } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { type ActivityInterceptorsFactory, DefaultLogger, type WorkerOptions } from '@temporalio/worker';
import { CachePlugin, type CachePluginOptions, type CacheStatus } from 'temporal-activity-cache';

type Activities = Record<string, (...args: any[]) => any>;

export interface LogLine {
  level: LogLevel;
  message: string;
  meta: Record<string, any>;
}

/** What the cache said of a call, as its DEBUG line tells it. */
export interface Told {
  status: CacheStatus;
  why?: string;
  reason?: string;
  detail?: string;
  key: string;
}

/** One plugin and its Activities; `call` runs one of them in an environment of its own. */
export class MockWorker {
  readonly log: LogLine[] = [];
  private readonly logger = new DefaultLogger('TRACE', ({ level, message, meta }) => {
    this.log.push({ level, message, meta: meta ?? {} });
  });
  private readonly wired: ActivityInterceptorsFactory[];
  readonly plugin: CachePlugin;

  /** @param around.namespace - of the Worker and of its calls. Default: `default` */
  constructor(
    readonly activities: Activities,
    options: CachePluginOptions = {},
    private readonly around: {
      info?: Partial<Info>;
      interceptors?: ActivityInterceptorsFactory[];
      namespace?: string;
    } = {},
  ) {
    this.plugin = new CachePlugin({ store: 'memory:', ...options });
    this.wired = this.plugin.configureWorker({
      taskQueue: 'mock',
      namespace: around.namespace,
      activities,
      interceptors: { activity: around.interceptors ?? [] },
    } satisfies WorkerOptions).interceptors!.activity!;
  }

  call(type: string, ...args: unknown[]): Promise<any> {
    return this.callWith({}, type, ...args);
  }

  async callWith(
    {
      headers = {},
      info,
      onContext,
    }: {
      headers?: Record<string, Payload>;
      info?: Partial<Info>;
      onContext?: (env: MockActivityEnvironment, context: Context) => void;
    },
    type: string,
    ...args: unknown[]
  ): Promise<any> {
    const giveHeaders: ActivityInterceptorsFactory = () => ({
      inbound: { execute: (input, next) => next({ ...input, headers }) },
    });
    const { namespace = 'default' } = this.around;
    const env = new MockActivityEnvironment(
      { activityType: type, namespace, ...this.around.info, ...info },
      { interceptors: [giveHeaders, ...this.wired], logger: this.logger },
    );
    onContext?.(env, env.context);
    return env.run((this.activities[type] ?? this.activities.default)!, ...args);
  }

  /** What the cache said of each call so far. */
  get told(): Told[] {
    return this.log
      .filter(({ message }) => message.startsWith('cache '))
      .map(({ meta }) => meta as unknown as Told);
  }

  get statuses(): string[] {
    return this.told.map(({ status, why, reason }) => [status, why, reason].filter(Boolean).join(' '));
  }

  get warnings(): string[] {
    return this.log.filter(({ level }) => level === 'WARN').map(({ message }) => message);
  }
}
