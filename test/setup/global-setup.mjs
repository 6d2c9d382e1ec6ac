import { build } from './lib.mjs';
import * as postgres from './postgres.mjs';
import * as temporal from './temporal-server.mjs';

export default () => {
  build();
  return Promise.all([temporal.start(), postgres.start()]);
};
