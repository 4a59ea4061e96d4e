// The rows of the bench: what is sampled, what is made of it, and what it should be.
import { atLeast, atMost, medianOf, ms, speed, times } from './figures.mjs';
import { peerRows, shapeRows } from './matrix.mjs';
import { viewingRows } from './viewing.mjs';

const KiB = 1024;
const chunks = { '16 KiB': 16 * KiB, frames: 0 };
const calls = { events: '`events()`', create: '`runs.create()`' };

/** Two figures of one sample, and how many times the second the first is. */
const ratio = (what, options, [name, other], show, rest = {}) => ({
  what,
  samples: { both: options },
  isBehind: (value) => Math.round(value * 100) > 100,
  value: (rounds) => medianOf(rounds, ({ both }) => both[name] / both[other]),
  show: (value, rounds) => [
    times(value),
    [name, other].map((each) => show(medianOf(rounds, ({ both }) => both[each]))).join(' against '),
  ],
  ...rest,
});

/** One figure of one sample. */
const single = (what, options, name, show, rest = {}) => ({
  what,
  samples: { both: options },
  value: (rounds) => medianOf(rounds, ({ both }) => both[name]),
  show: (value) => [show(value), ''],
  ...rest,
});

const freshRuns = ({ fresh }) =>
  Object.entries(calls).flatMap(([call, name]) =>
    Object.entries(chunks).map(([kind, size]) => ({
      ...speed(
        `by hand: a run of 2,000 events in a fresh process, wall: ${name}, ${kind}`,
        ...[call, 'by-hand', { task: 'fresh', shape: 'ids', events: 2_000, size }],
        { target: atLeast(0.8, 1), clock: 'wall' },
      ),
      repeat: fresh,
    })),
  );

const crowds = ({ runs, events }) =>
  Object.entries(calls).flatMap(([call, name]) =>
    Object.entries({ 'in memory': false, 'over loopback HTTP': true }).map(([where, http]) => {
      const many = { task: 'many', shape: 'ids', events: Math.min(events, 250), size: KiB };
      const row = speed(
        `by hand: ${runs.toLocaleString('en')} runs at once ${where}, wall: ${name}`,
        ...[call, 'by-hand', { ...many, runs, http }],
        { target: atLeast(0.9, 1), clock: 'wall' },
      );
      const peak = (rounds, which) => medianOf(rounds, (round) => round[which].peak).toFixed(0);
      return {
        ...row,
        show: (value, rounds) => {
          const [figure, detail] = row.show(value, rounds);
          const peaks = `${peak(rounds, 'ours')} against ${peak(rounds, 'other')} MB at most`;
          return [figure, `${detail}, ${peaks}`];
        },
      };
    }),
  );

const firstEvent = ({ requests }) =>
  ['p50', 'p99'].map((share) =>
    ratio(
      `first event over loopback, ${share}, against fetch with a signal and a timer`,
      { task: 'first', requests },
      [`ours_${share}`, `byHand_${share}`],
      ms,
      { target: atMost(1.2, 1.1) },
    ),
  );

const iterated = ({ events }) =>
  Object.entries(chunks).map(([kind, size]) =>
    speed(
      `\`toAsyncIterable\` over \`events()\` against a generator by hand, ${kind}`,
      ...['async-iterable', 'generator', { task: 'read', shape: 'ids', events, size }],
      { target: atLeast(0.9) },
    ),
  );

const ns = (value) => `${value.toFixed(0)} ns`;

const folds = ({ folded }) => {
  const sample = (operator, events) => ({ task: 'fold', operator, total: folded, events });
  const against = (what, ours, other, target) => ({
    what,
    samples: { ours, other },
    target,
    value: (rounds) => medianOf(rounds, ({ ours, other }) => ours.ns / other.ns),
    show: (value, rounds) => [
      times(value),
      ['ours', 'other']
        .map((name) => ns(medianOf(rounds, (round) => round[name].ns)))
        .join(' against '),
    ],
  });
  return [
    ...['accumulate', 'collectRun'].map((operator) =>
      against(
        `\`${operator}()\`, how long an event takes in a run of ${folded.toLocaleString('en')} against one of ${(folded / 100).toLocaleString('en')}`,
        sample(operator, folded),
        sample(operator, folded / 100),
        atMost(1.2),
      ),
    ),
    against(
      '`accumulate()`, how long an event takes, against `collectRun()`',
      sample('accumulate', folded),
      sample('collectRun', folded),
    ),
  ];
};

const megabytes = (value) => `${value.toFixed(2)} MB`;

const memory = ({ events, marks, streams }) => [
  {
    what: `heap, growth from ${marks.map((mark) => mark.toLocaleString('en')).join(' to ')} events`,
    samples: { both: { task: 'heap', events, marks } },
    target: atMost(1, undefined, ' MB'),
    value: (rounds) => medianOf(rounds, ({ both }) => both.heap[1] - both.heap[0]),
    show: (value, rounds) => [
      megabytes(value),
      `${megabytes(medianOf(rounds, ({ both }) => both.heap[1]))} at the end`,
    ],
  },
  {
    what: `heap of an idle stream of ${streams.toLocaleString('en')}, over bare fetch`,
    samples: {
      ours: { task: 'idle', variant: 'create', streams },
      other: { task: 'idle', variant: 'bare', streams },
    },
    target: atMost(10, undefined, ' kB'),
    value: (rounds) => medianOf(rounds, ({ ours, other }) => ours.kB - other.kB),
    show: (value, rounds) => [
      `${value.toFixed(1)} kB`,
      ['ours', 'other']
        .map((name) => `${medianOf(rounds, (round) => round[name].kB).toFixed(1)} kB`)
        .join(' against '),
    ],
  },
];

const relayed = ({ folded }) => [
  ratio(
    '`relay()`, how long an event takes, against a stream by hand',
    { task: 'relay', events: folded / 4 },
    ['ours', 'byHand'],
    ns,
  ),
  single(
    '`relay()` to a reader that is stuck, memory that 15 MiB unread take',
    { task: 'stuck', megabytes: 15 },
    'held',
    megabytes,
  ),
];

const imported = single('import on Node, over importing rxjs alone', { task: 'import' }, 'ms', ms, {
  target: atMost(15, undefined, ' ms'),
  repeat: 31,
});

/** All rows at a scale, in the order of the page. */
export const rows = (scale) => [
  ...shapeRows(scale),
  ...peerRows(scale),
  ...viewingRows(scale),
  ...freshRuns(scale),
  ...crowds(scale),
  ...firstEvent(scale),
  ...iterated(scale),
  ...folds(scale),
  ...relayed(scale),
  ...memory(scale),
  imported,
];
