import { cached, cacheContext } from 'temporal-activity-cache';

const pagesOf = (customer: string): string[] => [`${customer}/contract`, `${customer}/letters`];

/** Tagged by what it is made of, so that all that was made of it can be forgotten together. */
export const summarize = cached(
  { behavior: 'auto', tags: ([customer]: [string]) => [`customer:${customer}`] },
  async (customer: string) => {
    const pages = pagesOf(customer); // known only now
    cacheContext()?.addTags(...pages.map((page) => `page:${page}`));
    return `${customer} has ${pages.length} pages`;
  },
);
