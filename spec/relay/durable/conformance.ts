/**
 * The public suite against the library, for Vitest. It is no spec of this Jest: spec/docs/durable-streams.spec.ts
 * has it run, and holds what it says.
 */
import { runConformanceTests } from '@durable-streams/server-conformance-tests';
import { afterAll, beforeAll } from 'vitest';
import { durableServer } from './durableServer';

/** Milliseconds of a long-poll: longer than the half second in which the suite lets one wait for news. */
const WAIT = 750;

const options = { baseUrl: '', longPollTimeoutMs: WAIT };
let close: (() => Promise<unknown>) | undefined;

beforeAll(async () => {
  const server = await durableServer(WAIT);
  options.baseUrl = server.url;
  close = server.close;
});
afterAll(() => close?.());

runConformanceTests(options);
