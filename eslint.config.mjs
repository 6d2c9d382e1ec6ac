import tseslint from 'typescript-eslint';

const temporalHost = ['activity', 'client', 'worker', 'workflow', 'testing'].map(
  (name) => `@temporalio/${name}*`,
);

/** Folders of src that never run in a Workflow's isolate. */
const HOST = [
  'activities',
  'cli',
  'dependencies',
  'key',
  'policy',
  'report',
  'reservation',
  'store',
  'testing',
  'upkeep',
  'worker',
];

/** Who may import whom: the folders named here must not reach the modules named beside them. */
const forbid = (files, patterns) => ({
  files,
  rules: {
    '@typescript-eslint/no-restricted-imports': [
      'error',
      {
        patterns: patterns.map(([group, message, { types = true } = {}]) => ({
          ...(group instanceof RegExp ? { regex: group.source } : { group }),
          message,
          allowTypeImports: types,
        })),
      },
    ],
  },
});

export default tseslint.config(
  { ignores: ['lib/', 'build/', 'coverage/', 'node_modules/', '**/*.mjs', '**/*.js', '**/*.cjs'] },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/require-await': 'off', // an async signature is often the contract
      'max-lines': ['error', { max: 350 }],
      eqeqeq: ['error', 'smart'],
    },
  },
  forbid(
    ['src/key/**', 'src/policy/**'],
    [
      [temporalHost, 'keys, versions and policies are pure: no Temporal host package'],
      [
        ['**/store/**', '**/interceptors/**', '**/activities/**', '**/worker/**', '**/plugin'],
        'keys, versions and policies know no store and no wiring',
      ],
    ],
  ),
  forbid(
    ['src/store/**'],
    [
      [['@temporalio/*'], 'a store knows nothing of Temporal'],
      [/^(libsql|pg|keyv|@keyv\/postgres)$/, 'drivers are loaded when they are needed: src/store/drivers.ts'],
      [
        ['**/key/**', '**/policy/**', '**/interceptors/**', '**/activities/**', '**/worker/**', '**/plugin'],
        'a store knows only records',
      ],
    ],
  ),
  forbid(
    ['src/cli/**'],
    [
      [
        [
          '@temporalio/worker*',
          '@temporalio/activity*',
          '@temporalio/client*',
          '**/plugin',
          '**/interceptors/**',
        ],
        'the command line opens quickly: what takes long to load is imported where it is needed',
      ],
    ],
  ),
  forbid(
    ['src/{wire,options,workflows,interceptors/workflow}/**', 'src/{workflow,augmentation,errors}.ts'],
    [
      [
        [
          '@temporalio/activity*',
          '@temporalio/client*',
          '@temporalio/worker*',
          '@temporalio/testing*',
          'node:*',
        ],
        'the isolate: only @temporalio/workflow and @temporalio/common',
      ],
      [
        [
          ...HOST.map((folder) => `**/${folder}/**`),
          '**/interceptors/activity/**',
          '../activity/**',
          '**/client',
          ...['plugin', 'plugin-options', 'context', 'entry', 'worker-cache', 'known-calls'].map(
            (file) => `**/${file}`,
          ),
        ],
        'the isolate: nothing of the host, not even types',
        { types: false },
      ],
    ],
  ),
  // After the rule above, which it replaces for these files.
  forbid(
    ['src/wire/**'],
    [
      [
        ['../*', '@temporalio/*', '!@temporalio/common', '!@temporalio/common/**', 'node:*'],
        'what crosses a process imports @temporalio/common alone',
        { types: false },
      ],
    ],
  ),
  {
    files: ['src/**'],
    ignores: ['src/interceptors/workflow/sdk.ts', 'src/augmentation.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector:
            'ImportDeclaration[source.value=/^@temporalio\\/[a-z]+\\/lib\\//], ImportExpression > Literal[value=/^@temporalio\\/[a-z]+\\/lib\\//]',
          message: "what is private of Temporal's SDK is named in interceptors/workflow/sdk.ts alone",
        },
        {
          selector: 'Identifier[name=/^(maybeG|g)etActivator$/]',
          message: "the activator is private of Temporal's SDK: see interceptors/workflow/sdk.ts",
        },
      ],
    },
  },
  {
    files: ['test/**', 'bench/**'],
    rules: {
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-explicit-any': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
);
