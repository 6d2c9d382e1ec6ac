/** Tags: what an entry can be invalidated by, beside its key, Activity and version. */
import { isKeepable } from './text';

const MOST = 100;
const LONGEST = 200;

/** Why this is no list of tags; undefined if it is one. Stores keep well-formed texts without U+0000. */
export function tagsProblem(tags: unknown): string | undefined {
  if (!Array.isArray(tags)) return 'tags must be a list of texts';
  if (tags.length > MOST) return `tags must be at most ${MOST}, not ${tags.length}`;
  const wrong = tags.findIndex((tag) => !isTag(tag));
  if (wrong === -1) return undefined;
  return `tags must be texts of 1 to ${LONGEST} characters, without U+0000; number ${wrong} is not`;
}

export const isTag = (tag: unknown): tag is string =>
  typeof tag === 'string' && tag !== '' && tag.length <= LONGEST && isKeepable(tag);
