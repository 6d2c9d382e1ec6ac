/** Makes the key of a call: gets the version, encodes the inputs, and joins the parts. */
import type { Info } from '@temporalio/activity';
import { type Headers, RawValue } from '@temporalio/common';
import { CacheOptionsError } from '../errors';
import { encode } from '../key/canonical';
import { inputDigests } from '../key/input-digests';
import { type Digest, encodeFixed, type FixedParts, type InputsPart, keyOf, partDigests } from '../key/key';
import { formatPath, Unkeyable, UserFunctionError } from '../key/unkeyable';
import { isKeepable, KEEPABLE } from '../options/text';
import { automaticVersion } from '../key/version/policy';
import type { Policy } from './resolve';
import { withIgnored } from './signature';
import { tagsProblem } from '../options/tags';

export interface CallToIdentify {
  args: unknown[];
  headers: Headers;
  info: Info;
}

/** Everything that keys depend on besides the call and its policy. */
export interface KeySpace {
  scope: string;
  vary: readonly string[];
  digest: Digest;
  /**
   * Whether digests of inputs may be kept. They may not where values are encrypted, because digests
   * could be guessed.
   */
  keepInputDigests: boolean;
  /**
   * Whether to leave names of members out of everything that is logged or reported. Such names may
   * be data, so this is set where values are encrypted.
   */
  hideMemberNames?: boolean;
}

/** A digest of each part of the key, and of each input by path. Misses are explained by these. */
export interface KeyDigests {
  parts: Record<string, string>;
  inputs?: Record<string, string>;
  /** The inputs, sealed by codecs because paths contain names of members. Replaces `inputs`. */
  sealedInputs?: string;
}

export type Identity =
  | {
      key: string;
      version: string;
      tags: readonly string[];
      digests(): KeyDigests;
    }
  | { key?: undefined; reason: 'unkeyable' | 'policy-error'; detail: string; error: Error };

/** Makes the keys of one Activity, and keeps what is constant between calls. Never throws. */
export class Identifier {
  private last?: { parts: FixedParts; text: string };

  constructor(
    private readonly policy: Policy,
    private readonly space: KeySpace,
  ) {}

  async identify(call: CallToIdentify): Promise<Identity> {
    try {
      checkType(call.info.activityType);
      const version = await this.version(call.info.activityType);
      const inputs = await this.inputs(call);
      const parts = this.fixedParts(call, version, inputs);
      const text = this.last?.parts === parts ? this.last.text : encodeFixed(parts);
      this.last = { parts, text };
      return {
        key: keyOf(text, inputs, this.space.digest),
        version: parts.version.text,
        tags: this.tags(call.args),
        digests: () => this.digests(parts, inputs, call.args),
      };
    } catch (error) {
      return failure(error, this.policy, this.space.hideMemberNames);
    }
  }

  private async version(activityType: string): Promise<string> {
    const { fn, policies, salt, version } = this.policy;
    if (version !== undefined) return version;
    try {
      const text = automaticVersion(policies, salt, { fn, activityType });
      return typeof text === 'string' ? text : await text;
    } catch (error) {
      if (error instanceof CacheOptionsError) throw error; // its message explains the problem
      throw new UserFunctionError('a version policy', error);
    }
  }

  private fixedParts(
    { args, info, headers }: CallToIdentify,
    version: string,
    inputs: InputsPart,
  ): FixedParts {
    const last = this.last?.parts;
    const { activityType, namespace } = info;
    const same =
      last?.version.text === version && last.activityType === activityType && last.namespace === namespace;
    const { signature, ownIgnored } = this.policy;
    if (same && this.space.vary.length === 0 && ownIgnored === undefined) return last;
    return {
      namespace,
      scope: this.space.scope,
      activityType,
      signature: ownIgnored === undefined ? signature : withIgnored(signature, ownIgnored, args, inputs.text),
      version: { behavior: this.policy.version === undefined ? 'auto' : 'override', text: version },
      salt: this.policy.salt,
      vary: this.space.vary.map((name) => {
        const payload = headers[name];
        return [name, payload === undefined ? null : RawValue.fromPayload(payload)];
      }),
    };
  }

  private async inputs({ args, headers, info }: CallToIdentify): Promise<InputsPart> {
    const { key, mask } = this.policy;
    if (key === undefined) return { label: 'inputs', text: encode(args, mask) };
    let value: unknown;
    try {
      value = await key({ activityType: info.activityType, args, headers, info });
    } catch (error) {
      throw new UserFunctionError('key', error);
    }
    // Without this check, a forgotten `return` would give all calls the same key.
    if (value === undefined) throw new UserFunctionError(`'key'`, undefined, 'returned undefined');
    return { label: 'key', text: encode(value) };
  }

  private tags(args: unknown[]): readonly string[] {
    const { tags = [] } = this.policy;
    if (typeof tags !== 'function') return tags;
    try {
      const found: unknown = tags(args);
      if (found instanceof Promise) found.catch(() => undefined); // refused below
      const problem = tagsProblem(found);
      if (problem !== undefined) throw new TypeError(problem);
      return [...(found as string[])];
    } catch (error) {
      throw new UserFunctionError('tags', error);
    }
  }

  private digests(parts: FixedParts, inputs: InputsPart, args: unknown[]): KeyDigests {
    const { digest, keepInputDigests } = this.space;
    const { parameterNames, mask } = this.policy;
    const all = partDigests(parts, inputs, digest);
    if (!keepInputDigests) {
      const { [inputs.label]: _inputs, vary: _vary, ...ofOthers } = all;
      return { parts: ofOthers };
    }
    if (inputs.label === 'key') return { parts: all };
    try {
      return { parts: all, inputs: inputDigests(args, parameterNames, mask, digest) };
    } catch {
      return { parts: all }; // readable once but not twice: explained as a whole
    }
  }
}

/**
 * Checks the type, because the server accepts any type, and a default Activity runs it.
 * @throws {CacheOptionsError} for a type that stores cannot keep
 */
function checkType(activityType: string): void {
  if (isKeepable(activityType)) return;
  throw new CacheOptionsError(`The Activity type ${JSON.stringify(activityType)} is not ${KEEPABLE}`);
}

function failure(cause: unknown, policy: Policy, hideMemberNames = false): Identity {
  const error = cause instanceof Error ? cause : new Error(String(cause));
  if (!(error instanceof Unkeyable)) {
    return {
      reason: 'policy-error',
      detail:
        error instanceof UserFunctionError || error instanceof CacheOptionsError ? error.message : error.name,
      error,
    };
  }
  const [first, ...members] = error.path;
  const isArgument = typeof first === 'number' && policy.key === undefined;
  const start = isArgument ? (policy.parameterNames[first] ?? first) : first;
  const path = start === undefined ? [] : [start, ...members];
  if (!hideMemberNames)
    return { reason: 'unkeyable', detail: `${formatPath(path)}: ${error.problem}`, error };
  const shown = [isArgument ? start! : '…', '…'].slice(0, path.length);
  const hidden = new Unkeyable(error.problem, shown); // without its cause, which may reveal more
  return { reason: 'unkeyable', detail: hidden.message, error: hidden };
}
