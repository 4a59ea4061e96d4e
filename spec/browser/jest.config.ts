/** @jest-config-loader esbuild-register */
import type { Config } from 'jest';
import everywhere from '../../jest.config';

/** `npm run test:browser`: what is published, in a real Chromium. `npm test` does without one. */
const config: Config = {
  ...everywhere,
  rootDir: '../..',
  roots: ['<rootDir>/spec/browser'],
  testPathIgnorePatterns: ['/node_modules/'],
  testTimeout: 60_000,
  maxWorkers: '100%', // an EventSource comes back after three seconds, and somebody may use them
};

export default config;
