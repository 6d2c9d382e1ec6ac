import { promiseHooks } from 'node:v8';
import { DefaultLogger, Runtime, type LogLevel } from '@temporalio/worker';

// Many tests provoke what the SDK warns about, so it is silent unless TEST_LOG_LEVEL says otherwise, for instance DEBUG.
// Only a default: a test that installs a Runtime of its own still can.
const level = process.env.TEST_LOG_LEVEL as LogLevel | undefined;
Runtime.defaultOptions = {
  logger: new DefaultLogger(level ?? 'ERROR'),
  telemetryOptions: { logging: { filter: level ? { core: level } : 'off' } },
};

// The first replay of a process makes each of its promises run the SDK's hook, which is for stack traces of Workflows that no test reads of a
// replay, in all files that come after it too. Node's own hook, which has a `before`, is what scopes of Workflows rely on.
const { createHook } = promiseHooks;
promiseHooks.createHook = (hooks) => (hooks?.before === undefined ? () => undefined : createHook(hooks));
