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
    '^temporal-activity-cache/testing$': '<rootDir>/src/testing/index.ts',
  },
};

/** @type {import('jest').Config} */
module.exports = {
  testTimeout: 120_000,
  // Integration tests bundle Workflows and share one server: more processes would only disturb one another.
  maxWorkers: Math.min(4, Math.max(2, availableParallelism() - 1)),
  // What files leave behind in a process adds up: with 2 GB of it the files after them took ten times as long.
  workerIdleMemoryLimit: '700MB',
  testSequencer: '<rootDir>/test/setup/sequencer.js',
  projects: [
    {
      ...common,
      displayName: 'unit',
      testMatch: ['<rootDir>/test/{unit,contract}/**/*.test.ts'],
    },
    {
      ...common,
      displayName: 'worker', // the SDK's Worker, without a server
      testMatch: ['<rootDir>/test/{activity,replay}/**/*.test.ts'],
      setupFiles: ['<rootDir>/test/setup/quiet-runtime.ts'],
    },
    {
      ...common,
      displayName: 'postgres', // a PostgreSQL server, and no Temporal server
      testMatch: ['<rootDir>/test/postgres/**/*.test.ts'],
      globalSetup: '<rootDir>/test/setup/postgres-setup.mjs',
      globalTeardown: '<rootDir>/test/setup/postgres-teardown.mjs',
    },
    {
      ...common,
      displayName: 'integration',
      testMatch: ['<rootDir>/test/integration/**/*.test.ts'],
      setupFiles: ['<rootDir>/test/setup/quiet-runtime.ts'],
      globalSetup: '<rootDir>/test/setup/global-setup.mjs',
      globalTeardown: '<rootDir>/test/setup/global-teardown.mjs',
    },
  ],
};
