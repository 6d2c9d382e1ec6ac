import { ensureBuilt } from '../../scripts/internal/built.mjs';
import * as postgres from './postgres.mjs';
import * as temporal from './temporal-server.mjs';

export default async () => {
  await ensureBuilt();
  return Promise.all([temporal.start(), postgres.start()]);
};
