/** The class of the README. */
import { MockActivityEnvironment } from '@temporalio/testing';
import { CachePlugin } from 'temporal-activity-cache';
import { mockActivityInterceptors } from 'temporal-activity-cache/testing';
import { createActivities } from '../../examples/own-activity/injected';

test('a class with injected dependencies: the version follows the name of the model', async () => {
  const plugin = new CachePlugin({ store: 'memory:' });
  const calls: string[] = [];
  const run = async (name: string) => {
    const { embed } = createActivities({ name, embed: async (text) => [calls.push(`${name} ${text}`)] });
    const interceptors = mockActivityInterceptors(plugin, { embed });
    await new MockActivityEnvironment({ activityType: 'embed' }, { interceptors }).run(embed, 'red');
  };
  await run('small');
  await run('small');
  await run('large');
  expect(calls).toEqual(['small red', 'large red']);
});
