import { DefaultLogger, Runtime, type LogLevel } from '@temporalio/worker';

// Many tests provoke what the SDK warns about, so it is silent unless TEST_LOG_LEVEL says otherwise, for instance DEBUG.
// Only a default: a test that installs a Runtime of its own still can.
const level = process.env.TEST_LOG_LEVEL as LogLevel | undefined;
Runtime.defaultOptions = {
  logger: new DefaultLogger(level ?? 'ERROR'),
  telemetryOptions: { logging: { filter: level ? { core: level } : 'off' } },
};
