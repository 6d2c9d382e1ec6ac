/** What a store waits for is never less than what the plugin grants it. */
import { resolveOptions } from '../../src/plugin-options';

describe.each(['sqlite:none.db', 'postgres://u:p@host/db'])('a store that is opened by %s', (url) => {
  const opened = [
    ['as the option', { store: url }, {}],
    ['in the environment', {}, { ACTIVITY_CACHE_STORE: url }],
    ['to be read only', { store: url, access: 'read' }, {}],
  ] as const;
  test.each(opened)('%s, gives up no sooner than storeTimeout', (_, options, environment) => {
    const { store } = resolveOptions({ ...options, storeTimeout: '1 minute' }, environment);
    const { given, options: ofFile } = ((store as { reading?: unknown }).reading ?? store) as {
      given?: Record<string, unknown>;
      options?: Record<string, unknown>;
    };
    const limits = ['connectionTimeoutMillis', 'query_timeout', 'lockWaitMs'].flatMap(
      (name) => (given ?? ofFile)?.[name] ?? [],
    );
    expect(limits).toEqual(url.startsWith('sqlite') ? [60_000] : [60_000, 60_000]);
  });
});
