import { cached } from 'temporal-activity-cache';

export const fetchPage = cached({ ttl: '1 day' }, async (url: string) => `the text of ${url}`);

/** When many Workflows want the same summary, one computes it. The others wait without holding a slot. */
export const summarize = cached({ serialize: true }, async (texts: string[]) =>
  texts.map((text) => text.slice(-1)).join(''),
);
