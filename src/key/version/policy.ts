/**
 * Automatic versions. Each policy returns a text that changes when the thing that it watches
 * changes.
 */
import { encode } from '../canonical';
import { digester } from '../key';
import type { CachePolicy, VersionParameters } from '../../options/version-policy';
import { sourceOf } from './source';

const digest = digester();

/**
 * The function's source, without comments and formatting. Defaults of parameters count.
 * The functions that it calls, and the variables that it closes over, are not part of the version.
 * Two closures made by one factory therefore share a version.
 * (Flyte: `FunctionBodyPolicy`.)
 * @throws {@link CacheOptionsError} while wrapping, for a function whose source cannot be read
 *   (bound, native)
 */
export function functionBody(): CachePolicy {
  const versions = new WeakMap<object, string>();
  return {
    name: 'functionBody/2',
    getVersion(_salt, { fn }) {
      let version = versions.get(fn);
      if (version === undefined) versions.set(fn, (version = digest(sourceOf(fn).body)));
      return version;
    },
  };
}

/**
 * The values of these environment variables at the time of the call. An unset variable differs from
 * an empty one.
 */
export function environment(...names: string[]): CachePolicy {
  return {
    name: 'environment/1',
    getVersion: () => digest(encode(names.map((name) => [name, process.env[name]]))),
    // Enough digits to see that a value differs, and too few to guess it from them.
    getPieces: () =>
      Object.fromEntries(names.map((name) => [name, digest(encode(process.env[name])).slice(0, 4)])),
  };
}

/**
 * Turns a throw into a rejection. A throw would leave the rejections of earlier policies unhandled,
 * and end the process.
 */
function answerOf(
  policy: CachePolicy,
  salt: string,
  parameters: VersionParameters,
): string | Promise<string> {
  try {
    return policy.getVersion(salt, parameters);
  } catch (error) {
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- as the policy threw it
    return Promise.reject(error);
  }
}

/** What an automatic version was made of. */
export interface PolicyAnswer {
  /** The policy's own name. */
  name: string;
  /** A digest of its answer. */
  answer: string;
  /** A short text for each piece behind the answer, by its name. */
  pieces?: Record<string, string>;
}

/** A digest that distinguishes pieces, and keeps notes short. */
const PIECE_DIGITS = 16;
/** The longest text of a piece that is kept whole, such as the version of a package. */
const MAX_PIECE = 40;

/** More than any code has. A note should stay short. */
const MAX_PIECES = 5_000;

/** Whether something is a table of texts. */
export const isTexts = (found: unknown): found is Record<string, string> =>
  typeof found === 'object' &&
  found !== null &&
  Object.values(found).every((text) => typeof text === 'string');

/**
 * Asks the policies once more what their answers are made of. Rejects if one of them throws.
 * @param secret - makes HMACs of all texts, because a captured value could be guessed from a digest
 */
export function answersOf(
  policies: readonly CachePolicy[],
  salt: string,
  parameters: VersionParameters,
  secret?: string,
): Promise<PolicyAnswer[]> {
  const sealed = secret === undefined ? undefined : digester(secret);
  return Promise.all(
    policies.map(async (policy) => {
      const text = await answerOf(policy, salt, parameters);
      const answer = (sealed ?? digest)(text).slice(0, PIECE_DIGITS);
      const found = await policy.getPieces?.(salt, parameters);
      if (found === undefined) return { name: policy.name, answer };
      if (!isTexts(found))
        throw new TypeError(`getPieces of policy '${policy.name}' answered no texts by name`);
      const shorten = (name: string, piece: string) => {
        if (sealed !== undefined) return sealed(encode([name, piece])).slice(0, PIECE_DIGITS);
        return piece.length > MAX_PIECE ? piece.slice(0, PIECE_DIGITS) : piece;
      };
      const short = Object.entries(found)
        .slice(0, MAX_PIECES)
        .map(([name, piece]) => [name, shorten(name, piece)]);
      return { name: policy.name, answer, pieces: Object.fromEntries(short) as Record<string, string> };
    }),
  );
}

/** The last version of each list of policies, which seldom changes. */
const combined = new WeakMap<readonly CachePolicy[], { text: string; version: string }>();

/**
 * The automatic version: 32 hex digits over the names and answers of `policies`, in their order.
 * Rejects with the error of a policy, and with a TypeError if an answer is not a text.
 */
export function automaticVersion(
  policies: readonly CachePolicy[],
  salt: string,
  parameters: VersionParameters,
): string | Promise<string> {
  const answers = policies.map((policy) => answerOf(policy, salt, parameters));
  const combine = (texts: string[]) => {
    texts.forEach((text, i) => {
      if (typeof text !== 'string') throw new TypeError(`Policy '${policies[i]!.name}' answered no text`);
    });
    const text = encode(policies.map((policy, i) => [policy.name, texts[i]]));
    const last = combined.get(policies);
    if (last?.text === text) return last.version;
    const version = digest(text).slice(0, 32);
    combined.set(policies, { text, version });
    return version;
  };
  const isText = (answer: string | Promise<string>) => typeof answer === 'string';
  return answers.every(isText)
    ? combine(answers)
    : Promise.all(answers.map((a) => Promise.resolve(a))).then(combine);
}
