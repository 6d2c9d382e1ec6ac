/** What a look-up found out about a call that is no hit, in a few words for people. */
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import type { Answer } from './questions';

/** `miss`, `miss, expired`, `hit, too large for the Workflow`, `waits for exp-001/…/5`. */
export function verdictOfAnswer(answer: Answer): string {
  switch (answer.answer) {
    case 'run':
      return answer.why === undefined || answer.why === 'new' ? 'miss' : `miss, ${answer.why}`;
    case 'large':
      return 'hit, too large for the Workflow';
    case 'wait':
      return `waits for ${answer.holder}`;
    case 'unknown':
      return 'not looked up';
    case 'bypassed':
      return 'bypassed';
  }
}

/**
 * An answer as JSON, with the verdict as its first field.
 * @param activityType - the type of the call
 */
export function readableAnswer(answer: Answer, activityType = ''): Payload {
  const cache = [verdictOfAnswer(answer), activityType].filter(Boolean).join(' · ');
  return defaultPayloadConverter.toPayload({ cache, ...answer });
}
