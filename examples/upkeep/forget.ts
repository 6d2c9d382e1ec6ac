import { CachePlugin } from 'temporal-activity-cache';

/** For a script, or a handler of change events. It needs no Worker, only the same store and scope. */
export async function forgetPage(store: string, page: string): Promise<string[]> {
  const cache = new CachePlugin({ store });
  const tag = `page:${page}`;
  const forgotten: string[] = [];
  for await (const entry of cache.entries({ tag })) {
    forgotten.push(`${entry.activityType} of ${entry.storedAt}, ${entry.bytes} bytes`);
  }
  await cache.invalidate({ tag });
  await cache.close();
  return forgotten;
}
