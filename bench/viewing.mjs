// The rows of a relay with its viewers: what it adds to the way of an event, how much it tells, and
// what that costs. All begin with `relay: `, so that `--only=relay:` asks for them alone.
import { atMost, medianOf, ms, times } from './figures.mjs';

const setups = {
  'memory log': { log: 'memory', processes: 1 },
  Redis: { log: 'redis', processes: 1 },
  'Redis, 3 processes': { log: 'redis', processes: 3 },
};
const onRedis = Object.entries(setups).filter(([, { log }]) => log === 'redis');

const grouped = (value) => Math.round(value).toLocaleString('en');
const us = (value) => `${grouped(value)} µs`;

/** A row out of one sample, or of two (`other`) where it compares. */
const row = (what, samples, rest) => ({
  what: `relay: ${what}`,
  samples,
  agree: Object.keys(samples).length === 1 ? ['texts', 'characters', 'sum'] : undefined,
  cell: { table: 'relay' },
  ...rest,
});

/** One viewer in each process. */
const alone = ({ pace, paced }, setup) => ({
  ...{ task: 'viewers', ...setup },
  ...{ runs: 1, viewers: setup.processes, events: paced, pace },
});

const delays = (scale) =>
  Object.entries(setups).flatMap(([name, setup]) =>
    ['p50', 'p99'].map((share) => {
      const of = (rounds, way) => medianOf(rounds, ({ ours }) => ours[`${way}_${share}`]);
      return row(
        `delay added, ${share}: ${name}`,
        { ours: alone(scale, setup) },
        {
          value: (rounds) => of(rounds, 'added'),
          show: (value, rounds) => [
            ms(value),
            `${ms(of(rounds, 'through'))} against ${ms(of(rounds, 'direct'))} directly`,
          ],
          target:
            share === 'p50' ? atMost(setup.log === 'memory' ? 1 : 3, undefined, ' ms') : undefined,
        },
      );
    }),
  );

const fast = (setup, { runs, viewers, events }) => ({
  ...{ task: 'viewers', ...setup },
  ...{ runs, viewers, events },
});

const crowds = ({ loads }) =>
  loads.flatMap((load) =>
    Object.entries(setups).map(([name, setup]) => {
      const { runs, viewers } = load;
      const of = `${grouped(viewers)} ${viewers === 1 ? 'viewer' : 'viewers'} of ${runs === 1 ? 'one run' : `${grouped(runs)} runs`}`;
      return row(
        `${of}: ${name}`,
        { ours: fast(setup, load) },
        {
          cell: { table: 'viewers', row: of, column: name },
          value: (rounds) => medianOf(rounds, ({ ours }) => ours.deliveries),
          show: (value, rounds) => {
            const megabytes = medianOf(rounds, ({ ours }) => ours.megabytes);
            return [`${grouped(value)}, ${megabytes.toFixed(megabytes < 10 ? 1 : 0)} MB`];
          },
        },
      );
    }),
  );

const costs = ({ loads, crowd, pace, ...scale }) => {
  const [one, many] = [1, crowd].map((count) =>
    loads.find(({ runs, viewers }) => runs === 1 && viewers === count),
  );
  const against = (what, ours, other, target) =>
    row(
      `CPU of an event, ${crowd} viewers of a run against 1: ${what}`,
      { ours, other },
      {
        target,
        value: (rounds) => medianOf(rounds, ({ ours, other }) => ours.cpu / other.cpu),
        show: (value, rounds) => [
          times(value),
          ['ours', 'other']
            .map((name) => us(medianOf(rounds, (round) => round[name].cpu)))
            .join(' against '),
        ],
      },
    );
  const slowly = alone({ ...scale, pace }, setups['memory log']);
  return [
    ...Object.entries(setups).map(([name, setup]) =>
      against(
        name,
        ...[fast(setup, many), fast(setup, one), setup.processes === 1 ? atMost(3) : undefined],
      ),
    ),
    against(
      `memory log, ${pace} events a second`,
      ...[{ ...slowly, viewers: crowd }, slowly, undefined],
    ),
  ];
};

/** What a run takes of Redis, at the pace of a model and as fast as it is read. */
const redis = ({ loads, busy: { runs, events, pace } }) => {
  const paces = {
    [`one of ${runs} at once, ${pace} a second each`]: (setup) => ({
      ...fast(setup, { runs, viewers: runs * setup.processes, events }),
      pace,
    }),
    'as fast as it is read': (setup) => fast(setup, loads[0]),
  };
  return onRedis.flatMap(([name, setup]) =>
    Object.entries(paces).flatMap(([how, sample]) => {
      const ours = sample(setup);
      const figure = (what, field, unit, show) =>
        row(
          `${what} of Redis for a run of ${grouped(ours.events)} events, ${how}: ${name}`,
          { ours },
          {
            value: (rounds) => (medianOf(rounds, ({ ours }) => ours[field]) * ours.events) / 1_000,
            show: (value, rounds) => [
              show(value),
              `${grouped(medianOf(rounds, ({ ours }) => ours[field]))} ${unit} an event`,
            ],
          },
        );
      return [
        figure('CPU', 'redisCpu', 'µs', ms),
        figure('memory', 'redisBytes', 'bytes', (value) => `${grouped(value)} kB`),
      ];
    }),
  );
};

export const viewingRows = ({ viewing }) => [
  ...crowds(viewing),
  ...delays(viewing),
  ...costs(viewing),
  ...redis(viewing),
];
