import { cached } from 'temporal-activity-cache';

export const fetchPage = cached({ ttl: '1 day' }, async (url: string) => `the text of ${url}`);

/** Of many Workflows that want the same, one computes it. The others wait, and hold no slot meanwhile. */
export const summarize = cached({ serialize: true }, async (texts: string[]) =>
  texts.map((text) => text.slice(-1)).join(''),
);
