import { readFileSync } from 'node:fs';
import { CachePlugin, PostgresStore } from 'temporal-activity-cache';

/** Creates one object for a whole process: for its client and for its Workers. */
export function createCache(environment: NodeJS.ProcessEnv): CachePlugin {
  const { CACHE_DATABASE_URL: uri, CACHE_DATABASE_CA: ca, CACHE_SECRET: secret } = environment;
  if (uri === undefined) throw new Error('CACHE_DATABASE_URL is not set');
  return new CachePlugin({
    store: new PostgresStore({ uri, max: 8, ...(ca !== undefined && { ssl: { ca: readFileSync(ca) } }) }),
    scope: 'fraud/production',
    secret,
    storeTimeout: '1 second',
  });
}
