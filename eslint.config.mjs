import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

// The house rules that a syntax tree can tell; spec/rooms.spec.ts holds those that only the whole
// tree can. Each is said once, here, with what to do instead.
const noDefaultExport = {
  selector: 'ExportDefaultDeclaration',
  message: 'No default exports: a file exports the one name it is called by.',
};
const noClass = {
  selector: ':matches(ClassDeclaration, ClassExpression)',
  message: 'No classes but the errors in lib/errors.ts: write a function.',
};
const noExportAll = {
  selector: 'ExportAllDeclaration',
  message: 'No `export *`: list the public names.',
};
const noSubject = {
  selector: 'NewExpression[callee.name=/^(Behavior|Replay|Async)?Subject$/]',
  message:
    'No Subject outside lib/relay and lib/testing: write `new Observable`, with state per subscription.',
};
const noSubscribe = {
  selector:
    'CallExpression[callee.property.name="subscribe"]' +
    ':not(:matches(NewExpression[callee.name="Observable"], CallExpression[callee.name="operator"]) CallExpression)',
  message:
    'Subscribe only inside a `new Observable` or an `operator()`, where the subscription can be let go.',
};
const noTimer = {
  selector: 'CallExpression[callee.name=/^set(Timeout|Interval|Immediate)$/]',
  message: 'Timers live on RxJS schedulers (`timer`, `delay`), so that marbles can test them.',
};

const houseRules = [noDefaultExport, noClass, noExportAll, noSubject, noSubscribe, noTimer];
const except = (...rules) => [
  'error',
  ...houseRules.filter((houseRule) => !rules.includes(houseRule)),
];

const subjects = ['Subject', 'BehaviorSubject', 'ReplaySubject', 'AsyncSubject'];

export default defineConfig(
  { ignores: ['dist/', 'coverage/', '.cache/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { prefer: 'type-imports', fixStyle: 'inline-type-imports' },
      ],
      // A codec's type by its name: in a signature and in a hover it stands as `Run`, not as its fields.
      '@typescript-eslint/no-empty-object-type': [
        'error',
        { allowInterfaces: 'with-single-extends' },
      ],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrors: 'none' },
      ],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
    },
  },
  {
    files: ['lib/**/*.ts'],
    rules: {
      'no-console': 'error',
      'no-restricted-syntax': except(),
      'no-restricted-imports': [
        'error',
        { paths: [{ name: 'rxjs', importNames: subjects, message: noSubject.message }] },
      ],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
    },
  },
  { files: ['lib/errors.ts'], rules: { 'no-restricted-syntax': except(noClass) } },
  {
    // Has viewers of its own, and runs that outlive them.
    files: ['lib/relay/**/*.ts'],
    rules: {
      'no-restricted-syntax': except(noSubject, noSubscribe),
      'no-restricted-imports': 'off',
    },
  },
  {
    // An application: what a person does comes in here, and what is shown goes out.
    files: ['lib/console/page/**/*.ts'],
    rules: {
      'no-restricted-syntax': except(noSubject, noSubscribe),
      'no-restricted-imports': 'off',
    },
  },
  {
    // Plays the server's part, and has to be pushed.
    files: ['lib/testing/**/*.ts'],
    rules: {
      'no-restricted-syntax': except(noSubject, noSubscribe, noTimer),
      'no-restricted-imports': 'off',
    },
  },
  {
    // What a spec holds against the library is often wrong on purpose.
    files: ['spec/**/*.ts', 'bench/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/only-throw-error': 'off',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
);
