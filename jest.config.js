const { availableParallelism } = require('node:os');

/** @type {import('jest').Config} */
const common = {
  testEnvironment: 'node',
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs' } },
    ],
  },
  moduleNameMapper: {
    '^temporal-activity-cache$': '<rootDir>/src/index.ts',
    '^temporal-activity-cache/workflow$': '<rootDir>/src/workflow.ts',
    '^temporal-activity-cache/store$': '<rootDir>/src/store/index.ts',
    '^temporal-activity-cache/testing$': '<rootDir>/src/testing/index.ts',
  },
};

const worker = {
  testEnvironment: '<rootDir>/test/setup/worker-environment.js',
  setupFiles: ['<rootDir>/test/setup/quiet-runtime.ts'],
};
const postgres = {
  globalSetup: '<rootDir>/test/setup/postgres-setup.mjs',
  globalTeardown: '<rootDir>/test/setup/postgres-teardown.mjs',
};
const servers = {
  ...worker,
  globalSetup: '<rootDir>/test/setup/global-setup.mjs',
  globalTeardown: '<rootDir>/test/setup/global-teardown.mjs',
};

/** What the tests of some folders need; which projects a script runs is in scripts/test.mjs. */
const project = (displayName, folders, needs = {}) => ({
  ...common,
  ...needs,
  displayName,
  testMatch: folders.map((folder) => `<rootDir>/test/${folder}/**/*.test.ts`),
});

/** @type {import('jest').Config} */
module.exports = {
  testTimeout: 240_000, // only what hangs needs so long, also on a machine that is busy
  // A test waits for servers about a third of its time, so that one more process than there are cores keeps them busy. All share one server:
  // many more would only disturb one another.
  maxWorkers: Math.min(4, availableParallelism() + 1),
  // What files leave behind in a process adds up: with 2 GB of it the files after them took ten times as long.
  workerIdleMemoryLimit: '700MB',
  testSequencer: '<rootDir>/test/setup/sequencer.js',
  reporters: ['default', '<rootDir>/test/setup/ring-reporter.js'],
  projects: [
    project('unit', ['unit', 'contract']),
    project('activity', ['activity'], worker),
    project('programs', ['programs']),
    project('replay', ['replay'], worker),
    project('postgres', ['postgres'], postgres),
    project('integration', ['integration', 'fuzz'], servers),
    project('soak', ['soak', 'samples'], servers),
  ],
};
