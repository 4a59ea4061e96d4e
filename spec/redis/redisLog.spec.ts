import { redisLog } from '../../lib/redis/redisLog';
import { logContract } from '../../lib/testing/logContract';
import { aRedis, describeRedis, type ARedis } from './aRedis';
import { clients, type Connected } from './connecting';

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

let prefixes = 0;

describeRedis.each(clients)('redisLog, over %s', (_, connect) => {
  let redis: ARedis;
  beforeAll(async () => (redis = await aRedis()));
  afterAll(() => redis.stop());

  const lose = (there: Connected, prefix: string) => async (run: string, count: number) => {
    const keys = [`{${prefix}:${run}}:m`, `{${prefix}:${run}}:l`];
    await there.command('EVAL', LOSE, '2', ...keys, `${count}`);
  };

  logContract(
    async (options) => {
      const here = await connect(redis.port);
      const there = await connect(redis.port);
      const prefix = `spec${++prefixes}`;
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
});
