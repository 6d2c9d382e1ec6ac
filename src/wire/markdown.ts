/**
 * Texts of the Markdown that Temporal's UI shows. Names of Workflows and Activities are untrusted:
 * no character of theirs is markup.
 */

/** The longest text that is shown whole, in characters. */
const MAX_LENGTH = 100;

/** A text of others on one line, as it is. A long one is cut. */
export function plain(text: string): string {
  const characters = [...text.replace(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]+/gu, ' ')];
  const shown = characters.length <= MAX_LENGTH ? characters : [...characters.slice(0, MAX_LENGTH - 1), '…'];
  return shown.join('').replace(/[\\`*_[\]<>|#~!&{}()]/g, '\\$&');
}

/** A link to a run, relative to the UI. */
export function linkTo(
  namespace: string,
  { workflowId, runId }: { workflowId: string; runId?: string },
): string {
  const parts = ['namespaces', namespace, 'workflows', workflowId, ...(runId ? [runId, 'history'] : [])];
  return `[${plain(workflowId)}](/${parts.map(encode).join('/')})`;
}

/** Parentheses would end the link. Half of a pair of surrogates is no character of a URL. */
const encode = (part: string): string =>
  encodeURIComponent(part.replace(/\p{Cs}/gu, '\uFFFD')).replace(
    /[!'()*~]/g,
    (character) => `%${character.charCodeAt(0).toString(16)}`,
  );

/** The execution behind a caller's id: `workflowId/runId/activityId`, or `workflowId/runId`. */
export function linkToCaller(namespace: string, id: string): string {
  const [, workflowId, runId, activityId] = ID.exec(id) ?? [];
  if (workflowId === undefined || runId === undefined) return plain(id);
  const link = linkTo(namespace, { workflowId, runId });
  return activityId ? `${link} (${plain(activityId)})` : link;
}

const ID = /^(.+)\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:\/([^/]*))?$/is;
