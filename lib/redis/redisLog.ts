import { defer, tap, type ObservableInput } from 'rxjs';
import { InvalidArgumentError } from '../errors';
import {
  follow,
  foundIn,
  MOST_BYTES,
  MOST_ENTRIES,
  START,
  type Found,
  type Stretch,
} from '../log/follow';
import { keeping, newGeneration, type KeepingOptions } from '../log/keeping';
import type {
  Acquired,
  AcquireOptions,
  Append,
  Appended,
  End,
  LogStat,
  Mark,
  RunLog,
} from '../log/RunLog';
import { bells } from './bells';
import { redisOf, type IoRedis, type NodeRedis } from './clients';
import { evaluate, type Answer } from './evaluate';
import { ACQUIRE, APPEND, READ, RELEASE, STAT } from './scripts';
import { tails, type Ranged } from './tail';

export interface RedisLogOptions extends KeepingOptions {
  /** What the names of all keys begin with, without braces. Default `m8tes`. */
  readonly prefix?: string | undefined;
  /** Milliseconds between two looks that no message of Redis asked for. Default 5,000. */
  readonly poll?: number | undefined;
}

// What the scripts answer.
type ToAcquire =
  | readonly [
      'yours',
      gen: string,
      epoch: number,
      pos: number,
      fingerprint: string,
      reopened: 0 | 1,
    ]
  | readonly ['held', ms: number]
  | readonly ['closed', end: End];
type ToAppend =
  | readonly ['appended' | 'gap', pos: number]
  | readonly ['fenced', epoch: number]
  | readonly ['closed', pos: number, end: End]
  | readonly ['gone'];
type ToRead =
  | readonly ['found', gen: string, end: End | '', pos: number, first: number, ...string[]]
  | readonly ['rewound' | 'gone'];
type ToStat =
  | readonly [
      ...['log', gen: string, epoch: number, held: number, pos: number, fingerprint: string],
      ...[floor: number, bytes: number, end: End | ''],
    ]
  | readonly ['gone'];

/**
 * Logs on Redis, for any number of machines: Redis 7.0 or newer, one server or a cluster. It is
 * handed your own client of `redis` or `ioredis` (5 or newer), connected; for what is published it
 * opens one more connection like it, while there are readers.
 *
 * Redis may lose the last writes in a failover, or all in a restart. Writers and readers are told,
 * and what the API still has is written again; so its persistence decides only how long a run that
 * is over can be watched.
 *
 * @example
 * ```ts
 * import { createClient } from 'redis';
 * import { redisLog } from 'm8tes-rx/redis';
 *
 * const redis = createClient({ url: process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379' });
 * redis.on('error', (error) => console.error(error));
 * await redis.connect();
 * const log = redisLog(redis);
 * ```
 *
 * @throws InvalidArgumentError when the client is none, or an option is unusable.
 */
export const redisLog = (
  client: NodeRedis | IoRedis,
  { prefix = 'm8tes', poll = 5_000, ...options }: RedisLogOptions = {},
): RunLog => {
  const { retention, limit } = keeping(options);
  if (/[{}]/.test(prefix)) throw new InvalidArgumentError('prefix', 'must be without braces');
  if (!(poll >= 1)) throw new InvalidArgumentError('poll', 'must be a number from 1 on');
  const redis = redisOf(client);

  // One hash tag, so that a cluster has all that belongs to a run in one place.
  const keysOf = (run: string) => [':m', ':l', ':c'].map((key) => `{${prefix}:${run}}${key}`);
  const ask = <A extends Answer>(run: string, script: string, ...args: (string | number)[]) =>
    evaluate<A>(redis, script, keysOf(run), args);

  const acquire = async (
    run: string,
    owner: string,
    lease: number,
    { reopen = '' }: AcquireOptions = {},
  ): Promise<Acquired> => {
    const answer = await ask<ToAcquire>(
      ...[run, ACQUIRE, owner, Math.ceil(lease), retention, newGeneration(), reopen],
    );
    switch (answer[0]) {
      case 'held':
        return { type: 'held', for: answer[1] };
      case 'closed':
        return { type: 'closed', end: answer[1] };
      case 'yours': {
        const [type, gen, epoch, pos, fingerprint, reopened] = answer;
        return { type, gen, epoch, at: { pos, fingerprint }, reopened: reopened === 1 };
      }
    }
  };

  const append = async (batch: Append): Promise<Appended> => {
    const { run, owner, epoch, from, frames, lease, close = '' } = batch;
    const texts = frames.flatMap(({ data, fingerprint }) => [data, fingerprint]);
    const limits = [Math.ceil(lease), retention, limit];
    const answer = await ask<ToAppend>(
      ...[run, APPEND, owner, epoch, from, ...limits, close, ...texts],
    );
    switch (answer[0]) {
      case 'fenced':
        return { type: 'fenced', epoch: answer[1] };
      case 'closed':
        return { type: 'closed', pos: answer[1], end: answer[2] };
      case 'gone':
        return { type: 'gone' };
      default:
        return { type: answer[0], pos: answer[1] };
    }
  };

  const range = async (run: string, { pos: after, fingerprint }: Mark): Promise<Ranged> => {
    const bounds = [MOST_ENTRIES, MOST_BYTES];
    const answer = await ask<ToRead>(run, READ, after, fingerprint, ...bounds);
    if (answer[0] !== 'found') return { type: answer[0] };
    const [, gen, end, pos, first, ...row] = answer;
    const entries = Array.from({ length: row.length / 2 }, (_, index) => ({
      pos: first + index,
      data: row[2 * index]!,
      fingerprint: row[2 * index + 1]!,
    }));
    return { type: 'range', gen, entries, pos, end: end || undefined };
  };

  /** What a reader finds that is further behind than the tail goes. */
  const far = async (run: string, after: Mark): Promise<Found> => {
    const found = await range(run, after);
    if (found.type !== 'range') return found;
    const { gen, entries, end } = found;
    if (entries.length > 0) return { type: 'entries', gen, entries };
    return end === undefined ? { type: 'nothing' } : { type: 'closed', end };
  };

  const stat = async (run: string): Promise<LogStat | undefined> => {
    const answer = await ask<ToStat>(run, STAT);
    if (answer[0] === 'gone') return undefined;
    const [, gen, epoch, held, pos, fingerprint, floor, bytes, end] = answer;
    return { gen, epoch, held, at: { pos, fingerprint }, floor, bytes, end: end || undefined };
  };

  const hear = bells(redis);
  const tailOf = tails(
    (run) => ({
      bell: hear(keysOf(run)[2]!),
      stat: () => stat(run),
      range: (after) => range(run, after),
    }),
    poll,
  );

  return {
    acquire,
    append,
    stat,
    release: async (run, owner) => {
      await ask(run, RELEASE, owner);
    },
    read: (run, options) =>
      defer(() => {
        let tail: Stretch | undefined;
        const bell = tailOf(run).pipe(tap((stretch) => (tail = stretch)));
        const look = (after = START): ObservableInput<Found> => {
          const near = tail && foundIn(tail, after);
          return near === undefined ? far(run, after) : [near];
        };
        return follow({ bell, look }, options);
      }),
  };
};
