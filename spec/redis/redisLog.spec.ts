import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { defer, retry, Subscription } from 'rxjs';
import { MOST_BYTES, MOST_ENTRIES } from '../../lib/log/follow';
import type { Entry, Reading, RunLog } from '../../lib/log/RunLog';
import { redisLog, type RedisLogOptions } from '../../lib/redis/redisLog';
import {
  contents,
  LONG,
  numbers,
  pause,
  teller,
  until,
  whole,
  writer,
} from '../../lib/testing/log/tales';
import { logContract } from '../../lib/testing/logContract';
import { aCluster, aRedis, describeRedis, type ARedis } from './aRedis';
import { clients, clusters, type Connected } from './connecting';

/** Takes the last entries back, as if Redis had never heard of them. */
const LOSE = `
local pos = tonumber(redis.call('HGET', KEYS[1], 'pos'))
if not pos or pos == 0 then return end
local left = math.max(0, pos - tonumber(ARGV[1]))
for i = left + 1, pos do redis.call('XDEL', KEYS[2], i .. '-0') end
local last = redis.call('XREVRANGE', KEYS[2], '+', '-', 'COUNT', 1)[1]
redis.call('XSETID', KEYS[2], left .. '-0')
redis.call('HSET', KEYS[1], 'pos', left, 'fp', last and last[2][4] or '')
`;

jest.setTimeout(60_000); // on a machine that others use

let prefixes = 0;
const newPrefix = () => `spec${++prefixes}`;

let readings = new Subscription();
beforeEach(() => (readings = new Subscription()));
afterEach(() => readings.unsubscribe());

/** A reader that begins again where it was, whenever the storage fails; and what it was told. */
const reader = (log: RunLog, run = 'r') => {
  const entries: Entry[] = [];
  const words: string[] = [];
  const subscription = defer(() => log.read(run, { after: entries.at(-1) }))
    .pipe(retry({ delay: 5 }))
    .subscribe((reading: Reading) => {
      if (reading.type === 'entries') entries.push(...reading.entries);
      else words.push(reading.type);
    });
  readings.add(subscription);
  return {
    entries,
    words,
    leave: () => subscription.unsubscribe(),
    has: (count: number) => until(() => Promise.resolve(entries.length >= count)),
    hears: (word: string) => until(() => Promise.resolve(words.includes(word))),
  };
};

/** What the storage answers as soon as it answers at all. */
const persevering = <T>(ask: () => Promise<T>): Promise<T> =>
  until(() =>
    ask()
      .then((answer) => [answer] as const)
      .catch(() => undefined),
  ).then(([one]) => one);

describeRedis.each(clients)('redisLog, over %s', (_, connect) => {
  let redis: ARedis;
  beforeAll(async () => (redis = await aRedis()));
  afterAll(() => redis.stop());

  const open: Connected[] = [];
  afterEach(() => open.splice(0).forEach(({ close }) => close()));
  const aLog = async (options: RedisLogOptions = {}, port = redis.port) => {
    const connected = await connect(port);
    open.push(connected);
    const prefix = newPrefix();
    const log = redisLog(connected.client, { prefix, ...options });
    return { ...connected, log, prefix: options.prefix ?? prefix };
  };

  const lose = (there: Connected, prefix: string) => async (run: string, count: number) => {
    const keys = [`{${prefix}:${run}}:m`, `{${prefix}:${run}}:l`];
    await there.command('EVAL', LOSE, '2', ...keys, `${count}`);
  };

  logContract(
    async (options) => {
      const here = await connect(redis.port);
      const there = await connect(redis.port);
      const prefix = newPrefix();
      return {
        log: redisLog(here.client, { ...options, prefix, poll: 50 }),
        other: redisLog(there.client, { ...options, prefix, poll: 50 }),
        lose: lose(there, prefix),
        close: async () => [here, there].forEach(({ close }) => close()),
      };
    },
    { describe, it, expect },
    { loses: true },
  );

  const pubsub = async (command: Connected['command']) =>
    String(await command('CLIENT', 'LIST', 'TYPE', 'pubsub')).match(/^id=/gm)?.length ?? 0;

  it('needs no poll where the bell rings, and one connection for all runs and readers', async () => {
    const { log, command } = await aLog({ poll: LONG });
    const runs = ['r1', 'r2', 'r3', 'r4'];
    const writers = await Promise.all(runs.map((run) => writer(log, run, 'a')));
    const readers = [...runs, ...runs, ...runs].map((run) => reader(log, run));
    for (const n of numbers(1, 5)) {
      for (const { append } of writers) await append([teller()(`${n}`)[0]!]);
      for (const one of readers) await one.has(n);
    }
    expect(await pubsub(command)).toBe(1);
    readers.forEach(({ leave }) => leave());
    await until(async () => (await pubsub(command)) === 0);
  });

  it('fetches what is new once, however many read', async () => {
    const { log, command } = await aLog({ poll: LONG });
    const { append } = await writer(log, 'r', 'a');
    const tell = teller();
    const readers = numbers(1, 50).map(() => reader(log));
    for (const n of numbers(1, 22)) {
      await append(tell(`${n}`));
      for (const one of readers) await one.has(n);
      // Until they are all at the end, each reads for itself.
      if (n === 2) await command('CONFIG', 'RESETSTAT');
    }
    const stats = String(await command('INFO', 'commandstats'));
    const calls = Number(/cmdstat_evalsha:calls=(\d+)/.exec(stats)?.[1]);
    expect(calls).toBe(20 + 20);
    const [first, ...others] = readers.map(({ entries }) => entries);
    others.forEach((entries) =>
      entries.slice(2).forEach((entry, i) => expect(entry).toBe(first![i + 2])),
    );
  });

  it('hears again when its connection was lost, and what was told meanwhile', async () => {
    const { log, command } = await aLog({ poll: LONG });
    const { append } = await writer(log, 'r', 'a');
    const tell = teller();
    const one = reader(log);
    await append(tell('1'));
    await one.has(1);
    for (const n of numbers(2, 6)) {
      await until(async () => (await pubsub(command)) === 1);
      await command('CLIENT', 'KILL', 'TYPE', 'pubsub');
      await append(tell(`${n}`));
      await one.has(n);
    }
    expect(one.entries.map(({ pos }) => pos)).toEqual(numbers(1, 6));
    one.leave();
  });

  it('takes a long history out of Redis in pieces', async () => {
    const { log } = await aLog();
    const { append } = await writer(log, 'r', 'a');
    const tell = teller();
    for (const n of numbers(1, 20)) await append(tell(`${n}`.repeat(50_000)));
    await append(tell(...numbers(1, 600).map(String)), { close: 'ended' });
    const pieces = (await whole(log.read('r'))).flatMap((reading) =>
      reading.type === 'entries' ? [reading.entries] : [],
    );
    const sizes = pieces.map((entries) =>
      entries.slice(0, -1).reduce((size, { data }) => size + data.length, 0),
    );
    expect(Math.max(...sizes)).toBeLessThan(MOST_BYTES);
    expect(Math.max(...pieces.map(({ length }) => length))).toBe(MOST_ENTRIES);
    expect(pieces.flat().map(({ pos }) => pos)).toEqual(numbers(1, 620));
  });

  it('goes on where Redis has forgotten its scripts', async () => {
    const { log, command } = await aLog();
    const { append } = await writer(log, 'r', 'a');
    await command('SCRIPT', 'FLUSH');
    expect(await append(teller()('1'))).toEqual({ type: 'appended', pos: 1 });
  });

  it.each([':m', ':l'])(
    'is gone whole where Redis has driven out a part of it: %s',
    async (key) => {
      const { log, command, prefix } = await aLog({ poll: 20 });
      const { append } = await writer(log, 'r', 'a');
      const tell = teller();
      await append(tell('1'));
      const one = reader(log);
      await one.has(1);
      await command('DEL', `{${prefix}:r}${key}`);
      expect(await append(tell('2'))).toEqual({ type: 'gone' });
      await one.hears('gone');
      expect(await log.stat('r')).toBe(undefined);
      const anew = await writer(log, 'r', 'b');
      expect(await anew.append(teller()('1'))).toEqual({ type: 'appended', pos: 1 });
      expect((await contents(log, 'r')).map(({ pos }) => pos)).toEqual([1]);
    },
  );

  it('keeps nothing that does not expire', async () => {
    const { log, command, prefix } = await aLog({ retention: 60_000 });
    const { append } = await writer(log, 'r', 'a');
    await append(teller()('1'));
    await log.release('r', 'a');
    for (const key of [':m', ':l']) {
      expect(Number(await command('PTTL', `{${prefix}:r}${key}`))).toBeGreaterThan(0);
    }
    expect(await command('KEYS', `{${prefix}:*`)).toHaveLength(2);
  });

  it('refuses the first write of a process that was stopped past its lease', async () => {
    const { log, prefix } = await aLog();
    const script = join(__dirname, 'sleeper.ts');
    const sleeper = spawn(process.execPath, ['--import', 'tsx', script, `${redis.port}`, prefix], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const told: string[] = [];
    createInterface(sleeper.stdout).on('line', (line) => told.push(line));
    const exit = new Promise((resolve) => sleeper.once('exit', resolve));
    try {
      while (told.length < 5) await pause();
      sleeper.kill('SIGSTOP');
      const { append, at } = await writer(log, 'r', 'b');
      const before = told.length;
      expect(await append([{ data: '"mine"', fingerprint: 'f' }])).toMatchObject({
        pos: at.pos + 1,
      });
      sleeper.kill('SIGCONT');
      await exit;
      // An answer may have lain in its socket while it was stopped; what it wrote then was refused.
      expect(told.slice(before).filter((type) => type !== 'appended')).toEqual(['fenced']);
      expect(told.at(-1)).toBe('fenced');
      const held = await contents(log, 'r');
      expect(held.map(({ pos }) => pos)).toEqual(numbers(1, at.pos + 1));
      expect(held.at(-1)!.data).toBe('"mine"');
    } finally {
      sleeper.kill('SIGKILL');
    }
  }, 20_000);

  describe('where Redis is restarted', () => {
    let own: ARedis;
    afterEach(() => own.stop());
    const frames = teller()(...numbers(1, 6).map((n) => `${n} `));

    it('goes on with its append-only file, for writers and readers', async () => {
      own = await aRedis('--appendonly', 'yes', '--appendfsync', 'always');
      const { log } = await aLog({ poll: 20 }, own.port);
      const { append, gen } = await writer(log, 'r', 'a');
      const one = reader(log);
      await append(frames.slice(0, 3));
      await one.has(3);
      await own.restart('SIGKILL');
      expect(await persevering(() => append(frames.slice(3)))).toEqual({
        type: 'appended',
        pos: 6,
      });
      await one.has(6);
      await append([], { close: 'ended' });
      await one.hears('closed');
      expect(one.entries.map(({ pos }) => pos)).toEqual(numbers(1, 6));
      expect((await log.stat('r'))?.gen).toBe(gen);
    }, 20_000);

    it('is gone without it, and can be built again', async () => {
      own = await aRedis();
      const { log } = await aLog({ poll: 20 }, own.port);
      const { append, gen } = await writer(log, 'r', 'a');
      const one = reader(log);
      await append(frames.slice(0, 3));
      await one.has(3);
      await own.restart('SIGKILL');
      expect(await persevering(() => append(frames.slice(3)))).toEqual({ type: 'gone' });
      await one.hears('gone');
      const anew = await writer(log, 'r', 'a');
      expect(anew.gen).not.toBe(gen);
      await anew.append(frames, { close: 'ended' });
      // The same was told up to there, so the reader goes on as if nothing had been.
      const after = one.entries.at(-1)!;
      const told: Entry[] = [];
      await new Promise<void>((resolve) => {
        log.read('r', { after }).subscribe({
          next: (reading) => reading.type === 'entries' && told.push(...reading.entries),
          complete: resolve,
        });
      });
      expect(told.map(({ pos }) => pos)).toEqual([4, 5, 6]);
    }, 20_000);

    it('is written again from its last snapshot, and readers who knew more are told', async () => {
      own = await aRedis();
      const { log, command } = await aLog({ poll: 20 }, own.port);
      const { append } = await writer(log, 'r', 'a');
      await append(frames.slice(0, 3));
      await command('SAVE');
      await append(frames.slice(3, 5));
      const one = reader(log);
      await one.has(5);
      await own.restart('SIGKILL');
      expect(await persevering(() => append(frames.slice(5)))).toEqual({ type: 'gap', pos: 3 });
      await one.hears('rewound');
      expect(await append(frames.slice(3), { from: 3 })).toEqual({ type: 'appended', pos: 6 });
      expect((await contents(log, 'r')).map(({ pos }) => pos)).toEqual(numbers(1, 6));
    }, 20_000);
  });
});

describeRedis.each(clusters)('redisLog, over a cluster of %s', (_, connect) => {
  let cluster: Awaited<ReturnType<typeof aCluster>>;
  beforeAll(async () => (cluster = await aCluster()), 30_000);
  afterAll(() => cluster.stop());

  logContract(
    async (options) => {
      const { client, close } = await connect(cluster.ports[0]!);
      const log = redisLog(client, { ...options, prefix: newPrefix(), poll: 50 });
      return { log, close: async () => close() };
    },
    { describe, it, expect },
  );

  it('has runs on every node, and hears of all of them without a poll', async () => {
    const { client, close } = await connect(cluster.ports[0]!);
    const log = redisLog(client, { prefix: newPrefix(), poll: LONG });
    for (const n of numbers(1, 8)) {
      const { append } = await writer(log, `r${n}`, 'a');
      const one = reader(log, `r${n}`);
      const tell = teller();
      for (const count of numbers(1, 5)) {
        await append(tell('x'));
        await one.has(count);
      }
      one.leave();
    }
    close();
    expect(await cluster.keys()).toEqual([expect.any(Number), expect.any(Number)]);
    expect((await cluster.keys()).every((count) => count > 0)).toBe(true);
  });
});

describeRedis('redisLog, over an ioredis that puts a prefix before all keys', () => {
  it('hears without a poll, and keeps to the prefix', async () => {
    const redis = await aRedis();
    const client = new Redis(redis.port, '127.0.0.1', { keyPrefix: 'app:' });
    const log = redisLog(client, { poll: LONG });
    const { append } = await writer(log, 'r', 'a');
    const one = reader(log);
    for (const n of numbers(1, 5)) {
      await append([teller()(`${n}`)[0]!]);
      await one.has(n);
    }
    one.leave();
    expect(await client.keys('*')).toEqual(expect.arrayContaining(['app:{m8tes:r}:m']));
    client.disconnect();
    await redis.stop();
  });
});

describe('redisLog', () => {
  const client = { evalsha: () => {}, duplicate: () => {} } as never;

  it.each<[RedisLogOptions, string]>([
    [{ prefix: '{m8tes}' }, 'prefix must be without braces'],
    [{ poll: 0 }, 'poll must be a number from 1 on'],
    [{ retention: 0.5 }, 'retention must be a whole number from 1 on'],
    [{ limit: 0 }, 'limit must be a whole number from 1 on'],
  ])('refuses %j', (options, message) => {
    expect(() => redisLog(client, options)).toThrow(message);
  });
});
