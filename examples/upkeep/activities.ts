import { cached, cacheContext } from 'temporal-activity-cache';

const pagesOf = (customer: string): string[] => [`${customer}/contract`, `${customer}/letters`];

/** The tags name what a summary is made from, so that all results of a customer or a page can be invalidated together. */
export const summarize = cached(
  { behavior: 'auto', tags: ([customer]: [string]) => [`customer:${customer}`] },
  async (customer: string) => {
    const pages = pagesOf(customer); // they are known only now
    cacheContext()?.addTags(...pages.map((page) => `page:${page}`));
    return `${customer} has ${pages.length} pages`;
  },
);
