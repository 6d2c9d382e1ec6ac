/**
 * Texts of the Markdown that Temporal's UI shows. Names of Workflows and Activities are untrusted:
 * no character of theirs is markup.
 */
import { callerIn, type Execution, uiPath } from './ui-path';

/** The longest text that is shown whole, in characters. */
const MAX_LENGTH = 100;

/** A text of others on one line, as it is. A long one is cut. */
export function plain(text: string): string {
  const characters = [...text.replace(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]+/gu, ' ')];
  const shown = characters.length <= MAX_LENGTH ? characters : [...characters.slice(0, MAX_LENGTH - 1), '…'];
  return shown.join('').replace(/[\\`*_[\]<>|#~!&{}()]/g, '\\$&');
}

/** A link to a run, relative to the UI. */
export const linkTo = (namespace: string, execution: Execution): string =>
  `[${plain(execution.workflowId)}](${uiPath(namespace, execution)})`;

/** A link to the execution behind a caller's id. */
export function linkToCaller(namespace: string, id: string): string {
  const caller = callerIn(id);
  if (caller === undefined) return plain(id);
  const link = linkTo(namespace, caller);
  return caller.activityId ? `${link} (${plain(caller.activityId)})` : link;
}
