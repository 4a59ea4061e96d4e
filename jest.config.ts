/** @jest-config-loader esbuild-register */
import type { Config } from 'jest';

const config: Config = {
  testEnvironment: 'node',
  roots: ['<rootDir>/spec'],
  testMatch: ['**/*.spec.ts'],
  // Theirs is `npm run test:browser`: they need a Chromium, and what is published.
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/spec/browser/'],
  // Specs run the sources; spec/package.spec.ts alone runs what is published.
  moduleNameMapper: {
    '^m8tes-rx$': '<rootDir>/lib/index.ts',
    '^marked$': '<rootDir>/node_modules/marked/lib/marked.umd.js', // else it is a module, which jest cannot require
    '^m8tes-rx/(ag-ui)$': '<rootDir>/lib/bridges/$1/index.ts',
    '^m8tes-rx/(redis|relay|server|testing)$': '<rootDir>/lib/$1/index.ts',
    '^m8tes-rx/ai-sdk$': '<rootDir>/lib/bridges/ai-sdk/index.ts',
  },
  maxWorkers: '100%', // most specs wait: for sockets, processes and timers
  transform: { '\\.ts$': '<rootDir>/spec/helpers/transform.cjs' },
};

export default config;
