/** @jest-config-loader esbuild-register */
import type { Config } from 'jest';

const config: Config = {
  testEnvironment: 'node',
  roots: ['<rootDir>/spec'],
  testMatch: ['**/*.spec.ts'],
  // Specs run the sources; spec/package.spec.ts alone runs what is published.
  moduleNameMapper: {
    '^m8tes-rx$': '<rootDir>/lib/index.ts',
    '^m8tes-rx/(server|testing)$': '<rootDir>/lib/$1/index.ts',
  },
  transform: {
    '\\.ts$': [
      'ts-jest',
      // `npm test` checks the types before it starts Jest; here they are only stripped.
      {
        tsconfig: {
          module: 'CommonJS',
          moduleResolution: 'node10',
          target: 'ES2022',
          useDefineForClassFields: false,
          isolatedModules: true,
          esModuleInterop: true,
          verbatimModuleSyntax: false,
          ignoreDeprecations: '5.0',
        },
        diagnostics: { ignoreCodes: [151001] },
      },
    ],
  },
};

export default config;
