/**
 * The steps of the algorithm, for one Activity type on one Worker. Only two of them throw:
 * `reserve` throws a cancellation, and a {@link CacheStoreError} with `onStoreError: 'fail'`.
 * `lapseOf` throws a {@link CacheStoreError}.
 */
import type { Context, Info } from '@temporalio/activity';
import { RawValue, type TypeInfo } from '@temporalio/common';
import type { Recording } from '../../context';
import { type Lapse, lapseOf, lapseOfResults } from '../../dependencies/lapse';
import type { UsedResult } from '../../wire/uses';
import { damageOf, decodeEntry, type EntryFacts, encodeEntry } from '../../entry';
import { CacheStoreError } from '../../errors';
import { saidWhether } from '../../options/layer';
import type { CallToIdentify, Identifier, Identity, KeyDigests } from '../../policy/identify';
import { askedBy, beganAfter, isAwaited } from '../../wire/asked';
import type { Policy } from '../../policy/resolve';
import type { Turn } from '../../reservation/caller/reservations';
import type { BypassReason, EntryStamp, Outcome, RunReason } from '../../wire/outcome';
import { NO_TICKET, type Subject } from '../../store/store';
import { inTime } from './in-time';
import { keptUntil, WAITERS_MS } from './kept-until';
import { outcomeOf, placeOf } from './origin';
import type {
  CallControl,
  IdentifiedCall,
  Made,
  NothingSeen,
  Missed,
  LookResult,
  Services,
  Stored,
  Wanted,
} from '../../worker/look';
import { takeTurn } from './turn';
import { inputTypesOf, outputTypeOf } from './type-info';
import { sealInputs } from '../../worker/sealed';
import type { Values } from '../../worker/values';

export class CachedActivity {
  constructor(
    readonly policy: Policy,
    private readonly identifier: Identifier,
    private readonly services: Services,
  ) {}

  get off(): BypassReason | undefined {
    if (this.policy.behavior === 'disable') return 'disabled';
    return this.services.off ? 'off' : undefined;
  }

  /** Whether the version is computed from the code, rather than given by a user. */
  get isAutomatic(): boolean {
    return this.policy.behavior === 'auto';
  }

  get serializes(): boolean {
    return this.policy.serialize !== undefined && this.off === undefined && !this.services.store.readsOnly;
  }

  /** Whether calls of a run with this control wait for one another. */
  reserves({ mode }: CallControl): boolean {
    return this.serializes && mode !== 'readonly';
  }

  /** How long a call waits for its turn, in milliseconds. Undefined: without a limit. */
  get waitMs(): number | undefined {
    return this.policy.serialize?.waitTimeoutMs;
  }

  get failsOnStoreError(): boolean {
    return this.services.failsOnStoreError;
  }

  async identify(call: CallToIdentify): Promise<IdentifiedCall | Exclude<Identity, { key: string }>> {
    const identity = await this.identifier.identify(call);
    return identity.key === undefined ? identity : { ...identity, args: call.args };
  }

  async look(
    call: IdentifiedCall,
    control: CallControl,
    context: Context,
    wanted: Wanted = {},
  ): Promise<LookResult> {
    const { reporter } = this.services;
    const began = performance.now();
    const seen = await this.lookOnce(call, control, context, wanted);
    reporter.metrics(context).lookup(context.info.activityType, performance.now() - began);
    // The body may change its arguments, so their digests are computed before it runs.
    if (seen.hit || seen.drawn === undefined) return seen;
    const digests = call.digests();
    const detail = seen.why === 'new' ? this.whatIsNew(call, digests, context) : seen.detail;
    return { ...seen, detail, digests };
  }

  /** How the key differs from that of the last such call of this process. */
  private whatIsNew(call: IdentifiedCall, digests: KeyDigests, { info }: Context): string | undefined {
    const { versions, lastCalls, values, scope } = this.services;
    const { key, version } = call;
    const policies = versions.known({ scope, activityType: info.activityType, version });
    // Names of members may be data, which codecs encrypt.
    const inputs = values.hasCodecs ? undefined : digests.inputs;
    return lastCalls.compare(info, key, { version, parts: digests.parts, inputs, policies });
  }

  private async lookOnce(
    call: IdentifiedCall,
    control: CallControl,
    context: Context,
    { asked, raw = false }: Wanted,
  ): Promise<LookResult> {
    const { store, reporter } = this.services;
    const { info } = context;
    let deadline = store.deadline();
    let why: RunReason = 'lookup-failed';
    let detail: string | undefined;
    let saw: number | undefined;
    try {
      const look = await store.look(this.subject(call, info), deadline);
      const overwrite = control.mode === 'overwrite';
      if (look.found === undefined) {
        return { why: overwrite ? 'overwrite' : look.why, drawn: { ticket: look.ticket, now: look.now } };
      }
      saw = look.found.ticket;
      const entry = decodeEntry(call.key, look.found, this.services.secret);
      const age = Math.max(0, look.now - look.found.startedAt);
      const fresh =
        entry !== undefined && (entry.facts.overwrittenBy === control.run || beganAfter(saw, asked));
      if (overwrite && !fresh) why = 'overwrite';
      else if (entry === undefined) {
        why = 'damaged';
        detail = damageOf(look.found, call.key);
      } else if (age >= this.ageLimit(entry.facts) && !isAwaited(saw, asked)) {
        why = 'expired';
        const end = look.found.startedAt + this.ageLimit(entry.facts);
        detail = `since ${new Date(end).toISOString()}`;
      } else {
        const { facts, payload } = entry;
        const lapse = await lapseOf(facts, {
          ...this.services,
          place: info,
          control: control.below,
          isFresh: fresh,
          isAwaited: isAwaited(saw, asked),
          deadline,
        });
        if (lapse !== undefined) return { ...lapse, saw, drawn: await store.drawAfter(look, deadline) };
        const value = await this.decodeValue(payload, raw || facts.raw === true, context);
        if (value !== undefined && !(await this.counts(value.of, facts, payload, call.args, context))) {
          why = 'hit-if';
          deadline = store.deadline(); // the time that `hitIf` took is not the store's
        } else if (value !== undefined) {
          for (const { key } of [facts, ...(facts.results ?? [])]) store.used(key);
          const outcome = { ...outcomeOf(facts, look.found.storedAt), entry: this.stampOf(facts) };
          return { hit: true, value: value.of, bytes: payload.data!.length, outcome, made: facts };
        } else why = 'damaged';
      }
      return { why, detail, saw, drawn: await store.drawAfter(look, deadline) };
    } catch (cause) {
      const error =
        cause instanceof CacheStoreError ? cause : new CacheStoreError('Look-up failed', { cause });
      reporter.warn(context, 'store-error', error);
      return { why, error };
    }
  }

  /** Whether the user's `hitIf` accepts a stored result. One that throws accepts none. */
  private async counts(
    value: unknown,
    { raw }: EntryFacts,
    payload: Parameters<Values['decode']>[0],
    args: unknown[],
    context: Context,
  ): Promise<boolean> {
    const { hitIf, isWorkflow = false } = this.policy;
    if (hitIf === undefined) return true;
    // A look-up in a Workflow has the value as it is encoded.
    const isRaw = raw === true && !isWorkflow;
    const decoded =
      value instanceof RawValue ? await this.decodeValue(payload, isRaw, context) : { of: value };
    if (decoded === undefined) return false;
    try {
      const answer = inTime('hitIf', hitIf(decoded.of, args), context.cancellationSignal);
      return saidWhether(await answer, 'hitIf');
    } catch (error) {
      this.services.reporter.warn(context, 'hit-if', error);
      return false;
    }
  }

  /** The age in milliseconds at which an entry expires. */
  private ageLimit({ ttlMs = Infinity }: { ttlMs?: number }): number {
    return Math.min(this.policy.ttlMs ?? Infinity, ttlMs);
  }

  /**
   * Why one of the results that were used no longer counts. Undefined if all count.
   * @throws {CacheStoreError}
   */
  lapseOf(results: readonly UsedResult[], place: Info): Promise<Lapse | undefined> {
    const deadline = this.services.store.deadline();
    // Calls that wait for it take it, however old it is.
    return lapseOfResults(results, { ...this.services, place, isAwaited: this.serializes, deadline });
  }

  /** Waits for the turn of a serialized call, and looks again. */
  async reserve(
    call: IdentifiedCall,
    control: CallControl,
    held: readonly string[],
    looked: Missed,
    context: Context,
  ): Promise<{ seen: LookResult; turn?: Turn }> {
    const { serialize } = this.policy;
    const { drawn } = looked;
    if (!this.reserves(control) || drawn === undefined) return { seen: looked };
    const look = () => this.look(call, control, context, { asked: askedBy(looked, drawn) });
    const toReserve = { key: call.key, context, looked: { ...looked, drawn }, held, look, ...serialize };
    return takeTurn(toReserve, this.services);
  }

  private async decodeValue(
    payload: Parameters<Values['decode']>[0],
    raw: boolean,
    context: Context,
  ): Promise<{ of: unknown } | undefined> {
    try {
      return { of: await this.services.values.decode(payload, context.info.namespace, this.output, raw) };
    } catch (error) {
      this.services.reporter.warn(context, 'undecodable', error);
      return undefined;
    }
  }

  async store(
    call: IdentifiedCall,
    control: CallControl,
    { drawn, digests, made }: NothingSeen & { digests?: KeyDigests; made?: Made },
    run: { value: unknown; durationMs: number },
    recording: Recording,
    context: Context,
  ): Promise<Stored> {
    const { store, values, reporter, secret, maxValueBytes } = this.services;
    const { info } = context;
    const unstored = (reason: Outcome['reason'], detail?: string): Stored => ({
      status: 'unstored',
      reason,
      detail,
    });

    if (control.mode === 'readonly' || store.readsOnly || drawn?.ticket === NO_TICKET)
      return unstored('readonly');
    if (context.cancellationSignal.aborted) return unstored('skipped', 'the attempt was cancelled');
    if (recording.skipped !== undefined) return unstored('skipped', recording.skipped);
    if (!(await this.wants(run.value, call.args, context))) return unstored('cache-if');
    if (drawn === undefined) return unstored('store-error');
    try {
      const payload = await values.encode(run.value, info.namespace, this.output);
      const facts: EntryFacts = {
        key: call.key,
        activityType: info.activityType,
        version: call.version,
        tags: [...recording.tags],
        ticket: drawn.ticket,
        startedAt: drawn.now,
        durationMs: run.durationMs,
        ttlMs: recording.ttlMs,
        ...(overwrites(control, made) && { overwrittenBy: control.run }),
        ...(run.value instanceof RawValue && { raw: true }),
        origin: placeOf(info),
        ...made,
        ...(await sealInputs<KeyDigests>(digests ?? { parts: {} }, values, info.namespace)),
      };
      const { header, data } = encodeEntry(facts, payload, secret);
      if (data.length > maxValueBytes) {
        reporter.warn(context, 'too-large');
        const detail = `${data.length} bytes, the maximum is ${maxValueBytes}`;
        return { ...unstored('too-large', detail), bytes: data.length };
      }
      const entry = this.stampOf(facts);
      const ends = [entry, ...(made?.results ?? [])].map(({ until = Infinity }) => until);
      const waitersMs = this.serializes ? run.durationMs + WAITERS_MS : 0;
      const keepUntil = keptUntil(drawn.now, Math.min(...ends) - drawn.now, waitersMs);
      const subject = this.subject(call, info);
      const [answer, unexplained] = await Promise.all([
        store.put({ ...facts, ...subject, keepUntil, header, data }),
        this.services.versions.keep(subject, this.policy),
      ]);
      if (unexplained !== undefined) reporter.warn(context, 'pieces', unexplained);
      return answer === 'stored' ? { status: 'stored', entry, bytes: data.length } : unstored('superseded');
    } catch (error) {
      reporter.warn(context, error instanceof CacheStoreError ? 'store-error' : 'unencodable', error);
      return unstored('store-error');
    }
  }

  /** The answer is awaited, because a promise of `false` must not count as `true`. */
  private async wants(value: unknown, args: unknown[], context: Context): Promise<boolean> {
    const { cacheIf } = this.policy;
    if (cacheIf === undefined) return true;
    try {
      return saidWhether(await cacheIf(value, args));
    } catch (error) {
      this.services.reporter.warn(context, 'cache-if', error);
      return false;
    }
  }

  private stampOf({ ticket, startedAt, ttlMs = Infinity }: EntryFacts): EntryStamp {
    const { policy } = this;
    const until = startedAt + Math.min(policy.ttlMs ?? Infinity, ttlMs);
    return { ticket, ...(until !== Infinity && { until }), ...(policy.ownTtl && { ownTtl: true }) };
  }

  private subject(call: IdentifiedCall, { namespace, activityType }: Info): Subject {
    return {
      key: call.key,
      scope: this.services.scope,
      namespace,
      activityType,
      version: call.version,
    };
  }

  /** The declared types of the arguments, if any. */
  get inputTypes(): readonly TypeInfo[] | undefined {
    return inputTypesOf(this.policy.fn);
  }

  /** The declared type of the result, if any. */
  get output(): TypeInfo | undefined {
    return outputTypeOf(this.policy.fn);
  }
}

/**
 * Whether the result replaces the stored one. The result of a whole Workflow does so too if the run
 * overwrites some of what is below it.
 */
const overwrites = ({ mode, below }: CallControl, made: Made | undefined): boolean =>
  mode === 'overwrite' || (made !== undefined && below?.mode === 'overwrite');
