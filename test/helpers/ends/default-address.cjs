// Preloaded into every thread: what a Worker without `connection` connects to is the server of the test.
const Module = require('node:module');

const { _compile } = Module.prototype;
Module.prototype._compile = function (text, file, ...rest) {
  const isIt = file.endsWith('/@temporalio/worker/lib/connection-options.js');
  const mended = isIt ? text.replace("'localhost:7233'", 'process.env.TEST_TEMPORAL_ADDRESS') : text;
  return _compile.call(this, mended, file, ...rest);
};
