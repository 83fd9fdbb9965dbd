import tseslint from 'typescript-eslint'

/** Foreign things have one door each; the folder that owns a package may import it, nobody else. */
const doors = [
  {
    packages: ['@kusto/*', '@kusto/**'],
    home: 'src/kql/bind/**',
    why: 'The Kusto language service is wrapped by src/kql/bind.',
  },
  {
    packages: ['@duckdb/*'],
    home: 'src/{kql/duckdb,backends/local}/**',
    why: 'DuckDB belongs to src/kql/duckdb and src/backends/local.',
  },
  { packages: ['d3-*'], home: 'src/report/html/charts/**', why: 'Charts belong to src/report/html/charts.' },
  { packages: ['liquidjs'], home: 'src/sinks/webhook/**', why: 'Templates belong to src/sinks/webhook.' },
  { packages: ['nodemailer'], home: 'src/sinks/email/**', why: 'Mail belongs to src/sinks/email.' },
  {
    packages: ['lossless-json'],
    home: 'src/backends/defender-xdr/**',
    why: 'JSON with its digits is what src/backends/defender-xdr reads.',
  },
  { packages: ['prom-client'], home: 'src/monitor/**', why: 'Metrics belong to src/monitor.' },
  { packages: ['libsql'], home: 'src/ledger/**', why: 'SQLite belongs to src/ledger.' },
  {
    packages: ['@azure/*'],
    home: 'src/{azure,backends/azure-logs,sinks/http}/**',
    why: 'Azure packages belong to src/azure, src/backends/azure-logs and the HTTP client of the sinks.',
  },
]

const banned = (except) => [
  'error',
  {
    patterns: doors.filter((door) => door.home !== except).map((door) => ({ group: door.packages, message: door.why })),
  },
]

export default tseslint.config(
  { ignores: ['node_modules/', 'dist/', 'output/', 'coverage/', '.cache/'] },
  ...tseslint.configs.recommended,
  {
    files: ['**/*.ts'],
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/ban-ts-comment': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { prefer: 'type-imports', fixStyle: 'separate-type-imports' },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      eqeqeq: ['error', 'always'],
      'no-empty': ['error', { allowEmptyCatch: false }],
      'no-console': 'error',
      'no-var': 'error',
      'prefer-const': 'error',
    },
  },
  {
    files: ['src/**/*.ts'],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      'no-restricted-imports': banned(undefined),
    },
  },
  ...doors.map((door) => ({ files: [door.home], rules: { 'no-restricted-imports': banned(door.home) } })),
  {
    files: ['src/**/*.ts'],
    ignores: ['src/main.ts', 'src/cli/**'],
    rules: {
      'no-restricted-globals': [
        'error',
        { name: 'process', message: 'Environment, streams and exit codes enter through src/main.ts and src/cli.' },
      ],
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/time/**'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']",
          message: 'Take the Clock port.',
        },
        { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'Take the Clock port.' },
        {
          selector: "CallExpression[callee.object.name='Math'][callee.property.name='random']",
          message: 'Randomness enters through the edges.',
        },
        { selector: 'CallExpression[callee.name=/^set(Timeout|Interval)$/]', message: 'Timers belong to src/time.' },
      ],
    },
  },
  {
    files: ['**/*.{js,mjs,cjs}'],
    rules: { '@typescript-eslint/no-require-imports': 'off', 'no-empty': ['error', { allowEmptyCatch: false }] },
  },
)
