import { DefaultLogger, Runtime, type LogLevel } from '@temporalio/worker';

// Only a default: a test that installs a Runtime of its own still can.
const level = (process.env.TEST_LOG_LEVEL ?? 'ERROR') as LogLevel;
Runtime.defaultOptions = { logger: new DefaultLogger(level) };
