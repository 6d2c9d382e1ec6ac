import * as postgres from './postgres.mjs';
import * as temporal from './temporal-server.mjs';

export default () => Promise.all([temporal.stop(), postgres.stop()]);
