import { InvalidArgumentError } from '../errors';
import type { CreateRelayOptions } from './Relay';

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
