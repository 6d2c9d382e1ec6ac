import { MockActivityEnvironment } from '@temporalio/testing';
import { CachePlugin } from 'temporal-activity-cache';
import { mockActivityInterceptors } from 'temporal-activity-cache/testing';
import { embed } from './activities';

/** The cache in a unit test, without a server. */
export async function embedTwice(text: string): Promise<number[][]> {
  const interceptors = mockActivityInterceptors(new CachePlugin({ store: 'memory:' }), { embed });
  const env = new MockActivityEnvironment({ activityType: 'embed' }, { interceptors });
  return [await env.run(embed, text), await env.run(embed, text)]; // the second is a hit
}
