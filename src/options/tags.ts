/** Tags by which an entry can be invalidated, beside its key, Activity and version. */
import { isKeepable } from './text';

const MAX_TAGS = 100;
const MAX_TAG_LENGTH = 200;

/**
 * Why this is not a valid list of tags. Undefined if it is valid. Stores only keep well-formed
 * texts without U+0000.
 */
export function tagsProblem(tags: unknown): string | undefined {
  if (!Array.isArray(tags)) return 'tags must be a list of texts';
  if (tags.length > MAX_TAGS) return `tags must be at most ${MAX_TAGS}, not ${tags.length}`;
  const wrong = tags.findIndex((tag) => !isTag(tag));
  if (wrong === -1) return undefined;
  return `tags must be texts of 1 to ${MAX_TAG_LENGTH} characters, without U+0000: number ${wrong} is not`;
}

export const isTag = (tag: unknown): tag is string =>
  typeof tag === 'string' && tag !== '' && tag.length <= MAX_TAG_LENGTH && isKeepable(tag);
