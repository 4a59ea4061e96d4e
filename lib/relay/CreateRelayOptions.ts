import type { CreateParams } from '../api/params';
import type { Runs } from '../api/Runs';
import { InvalidArgumentError } from '../errors';
import type { RunLog } from '../log/RunLog';
import type { Authorize } from './admission';
import type { Expose } from './expose';

/** What a relay is made of. Times are in milliseconds. */
export interface CreateRelayOptions {
  /** An ordinary client: `createClient()`. It has the key, and keeps it. */
  readonly client: { readonly runs: Runs };
  /** Where runs are kept: `memoryLog()` on one machine, `redisLog(client)` on many. */
  readonly log: RunLog;
  /** Who may do what, for the `handler`: there is no default. */
  readonly authorize: Authorize;
  /** What viewers see beside the default: names of events and fields, or `'all'`. */
  readonly expose?: Expose | undefined;
  /** Parameters that a page may choose, beside `message`. Default: none. */
  readonly accept?: readonly (keyof CreateParams)[] | undefined;
  /** For how long a run is this process's to read, without a sign of life. Default 5,000. */
  readonly lease?: number | undefined;
  /** For how long a run is read on when its last viewer has left. Default 10,000. */
  readonly linger?: number | undefined;
  /** Whether runs that the `handler` starts are read to their end, whoever watches. Default `false`. */
  readonly keep?: boolean | undefined;
  /** Between the comments that keep a viewer's connection alive. Default 15,000. */
  readonly keepAlive?: number | undefined;
}

/** How a run is started here. */
export interface StartOptions {
  /** Reads the run to its end, whoever watches. Default: the relay's `keep`. */
  readonly keep?: boolean | undefined;
  /** Names the run, so that it is never started twice. Default: one for each call. */
  readonly idempotencyKey?: string | undefined;
  /** Of a reply: whose run it is, where the account is in strict multi-tenant mode. */
  readonly user_id?: string | undefined;
}

/** Where a viewer goes on. */
export interface ViewOptions {
  /** The `id` of the last message that it had: its `Last-Event-ID`. */
  readonly after?: string | null | undefined;
  /** Whose run it is, where the account is in strict multi-tenant mode. */
  readonly user_id?: string | undefined;
}

type Checks = {
  readonly [N in keyof Required<CreateRelayOptions>]: readonly [
    test: (value: unknown) => boolean,
    must: string,
  ];
};

const has = (value: unknown, ...names: readonly string[]): boolean =>
  typeof value === 'object' &&
  value !== null &&
  names.every(
    (name) => typeof (value as { readonly [name: string]: unknown })[name] === 'function',
  );

const isTime = (value: unknown): boolean =>
  value === undefined || (typeof value === 'number' && value >= 1 && value < 2 ** 31);
const TIME = 'must be milliseconds, from 1 to 2147483647';

const checks: Checks = {
  client: [
    (value) => has((value as { readonly runs?: unknown } | undefined)?.runs, 'create', 'join'),
    'must be a client: pass createClient()',
  ],
  log: [
    (value) => has(value, 'acquire', 'append', 'read', 'stat', 'release'),
    'must be a log: pass memoryLog(), or redisLog(client)',
  ],
  authorize: [
    (value) => typeof value === 'function',
    'is missing; it says who may do what, for a run id is no credential: pass a function of the ' +
      'request and the action that gives { owner }, or nothing',
  ],
  expose: [() => true, ''], // `exposed` checks it
  accept: [
    (value) => value === undefined || Array.isArray(value),
    'must be a list of names of parameters',
  ],
  lease: [isTime, TIME],
  linger: [isTime, TIME],
  keepAlive: [isTime, TIME],
  keep: [(value) => value === undefined || typeof value === 'boolean', 'must be true or false'],
};

/** A relay's options, checked and completed. @throws InvalidArgumentError */
export const checked = (options: CreateRelayOptions) => {
  if (typeof options !== 'object' || options === null) {
    throw new InvalidArgumentError('options', 'must be an object like { client, log, authorize }');
  }
  for (const name of Object.keys(options)) {
    if (!Object.hasOwn(checks, name)) {
      throw new InvalidArgumentError(
        name,
        `is unknown; known are ${Object.keys(checks).join(', ')}`,
      );
    }
  }
  for (const [name, [test, must]] of Object.entries(checks)) {
    if (!test(options[name as keyof CreateRelayOptions]))
      throw new InvalidArgumentError(name, must);
  }
  const {
    accept = [],
    lease = 5_000,
    linger = 10_000,
    keepAlive = 15_000,
    keep = false,
    ...rest
  } = options;
  return { ...rest, accept, lease, linger, keepAlive, keep };
};
