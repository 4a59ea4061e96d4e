// A relay and its viewers, each a process of its own: the API, one process of the relay or several,
// Redis where there is one, and those who watch. A pass is a run, or many; the first is to warm up.
import { hrtime } from 'node:process';
import { child } from '../crowd/child.mjs';
import { aRedis } from '../crowd/redis.mjs';
import { percentile } from '../figures.mjs';

const sum = (values) => values.reduce((total, value) => total + value, 0);

/** All who looked were told the same, and of a run all were told the same number of bytes. */
const checked = (told, runs) => {
  const [{ texts, characters, sum: check, frames }, ...others] = told.filter(
    ({ texts }) => texts !== undefined,
  );
  const isSame = others.every((each) => each.texts === texts && each.sum === check);
  if (!isSame) throw new Error('the viewers were told different texts');
  for (let run = 0; run < runs; run++) {
    const lengths = told.filter((each, index) => index % runs === run).map(({ bytes }) => bytes);
    if (new Set(lengths).size !== 1) throw new Error(`of a run they read ${lengths.join(', ')}`);
  }
  return { texts, characters, sum: check, frames };
};

/** Milliseconds that events took through the relay and directly, and how much later each came. */
const delaysOf = (through, direct) => {
  const shares = (name, values) => {
    const sorted = values.map((value) => value / 1e6).sort((a, b) => a - b);
    return { [`${name}_p50`]: percentile(sorted, 0.5), [`${name}_p99`]: percentile(sorted, 0.99) };
  };
  const all = through.flatMap(({ delays }) => delays);
  const later = all.map((delay, at) => delay - direct.delays[at % direct.delays.length]);
  return {
    ...shares('added', later),
    ...shares('through', all),
    ...shares('direct', direct.delays),
  };
};

/** One pass. Undefined is the `pace` of a run that comes as fast as it is read. */
const pass = async ({ api, relays, crowds, redis }, first, { runs, viewers, events, pace }) => {
  const isPaced = pace !== undefined;
  const run = (index) => first + (index % runs);
  const wanted = Array.from({ length: viewers }, (_, index) => ({
    url: `${relays[index % relays.length].began}/runs/${run(index)}/stream`,
    isReading: isPaced || index < runs,
  }));
  if (isPaced) wanted.push({ url: `${api.began}/runs/${first}/stream`, isReading: true });
  await Promise.all(
    crowds.map(({ ask }, crowd) =>
      ask(
        'watch',
        wanted.filter((_, index) => index % crowds.length === crowd),
      ),
    ),
  );
  const cpu = async () => sum(await Promise.all(relays.map(({ ask }) => ask('cpu'))));
  const [before, redisBefore, began] = [await cpu(), await redis?.cpu(), hrtime.bigint()];
  await api.ask('go', first + runs, { events, pace });
  const ends = await Promise.all(crowds.map(({ ask }) => ask('told')));
  const [after, redisAfter] = [await cpu(), await redis?.cpu()];

  const told = wanted.map((_, index) => ends[index % crowds.length].told.shift());
  const direct = isPaced ? told.pop() : undefined;
  const { frames, ...texts } = checked(told, runs);
  if (direct !== undefined && direct.sum !== texts.sum) throw new Error('the relay differs');
  const seconds =
    Number(ends.reduce((last, { at }) => (at > last ? at : last), began) - began) / 1e9;
  return {
    ...texts,
    seconds,
    events: frames * runs,
    deliveries: (frames * viewers) / seconds,
    megabytes: sum(told.map(({ bytes }) => bytes)) / 1e6 / seconds,
    cpu: (after - before) / (frames * runs),
    ...(direct && delaysOf(told, direct)),
    ...(redis && {
      redisCpu: (redisAfter - redisBefore) / (frames * runs),
      redisBytes: (await redis.bytesOf(first)) / frames,
    }),
  };
};

export const measure = async ({ log, processes, warm = 1, ...load }) => {
  const redis = log === 'redis' ? await aRedis() : undefined;
  const children = [];
  const begin = async (name, options) => {
    const begun = await child(name, options);
    children.push(begun);
    return begun;
  };
  try {
    const api = await begin('api', {});
    const several = (length, name, options) =>
      Promise.all(Array.from({ length }, () => begin(name, options)));
    const [relays, crowds] = await Promise.all([
      several(processes, 'relay', { api: api.began, redis: redis?.port }),
      several(load.viewers > 10 ? 2 : 1, 'viewers', {}),
    ]);
    const staff = { api, relays, crowds, redis };
    // The same in less time.
    const { events, pace } = load;
    const short = pace === undefined ? { events: events / 2 } : { pace: 4 * pace };
    for (let number = 1; number <= warm; number++)
      await pass(staff, number * 1_000, { ...load, ...short });
    return await pass(staff, 1_000_000, load);
  } finally {
    await Promise.all(children.map(({ end }) => end()));
    await redis?.end();
  }
};
