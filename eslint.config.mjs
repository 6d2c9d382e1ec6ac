import tseslint from 'typescript-eslint';

const temporalHost = ['activity', 'client', 'worker', 'workflow', 'testing'].map(
  (name) => `@temporalio/${name}*`,
);

/** Who may import whom: the folders named here must not reach the modules named beside them. */
const forbid = (files, patterns) => ({
  files,
  rules: {
    '@typescript-eslint/no-restricted-imports': [
      'error',
      { patterns: patterns.map(([group, message]) => ({ group, message, allowTypeImports: true })) },
    ],
  },
});

export default tseslint.config(
  { ignores: ['lib/', 'coverage/', 'node_modules/', '**/*.mjs', '**/*.js', '**/*.cjs'] },
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
    ['src/key/**', 'src/version/**', 'src/policy/**', 'src/wire/outcome.ts'],
    [
      [temporalHost, 'keys, versions and policies are pure: no Temporal host package'],
      [
        ['**/store/**', '**/interceptors/**', '**/plugin'],
        'keys, versions and policies know no store and no wiring',
      ],
    ],
  ),
  forbid(
    ['src/store/**'],
    [
      [['@temporalio/*'], 'a store knows nothing of Temporal'],
      [
        ['**/key/**', '**/version/**', '**/policy/**', '**/interceptors/**', '**/plugin'],
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
    [
      'src/workflow.ts',
      'src/interceptors/workflow*.ts',
      'src/lookup/**',
      'src/wire/uses.ts',
      'src/reservation/{protocol,machine,memo}.ts',
      'src/policy/{control,control-options,call-site,cached-workflow,cache-options,unknown-field,tags}.ts',
      'src/wire/report-rows.ts',
      'src/wire/outcome.ts',
      'src/errors.ts',
    ],
    [
      [
        [
          '@temporalio/activity*',
          '@temporalio/client*',
          '@temporalio/worker*',
          '@temporalio/testing*',
          'node:*',
        ],
        'Workflow code: only @temporalio/workflow and @temporalio/common',
      ],
      [
        [
          '**/store/**',
          '**/key/**',
          '**/version/**',
          '**/interceptors/*',
          '!./workflow-marker',
          '**/report/report',
          '**/plugin',
          '**/entry',
        ],
        'Workflow code: nothing of the host',
      ],
    ],
  ),
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
