// The rows of the table: what is sampled, what is made of it, and what it should be.

const median = (values) => {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

/** Medians over the rounds; a ratio is taken within its round. */
const medianOf = (rounds, value) => median(rounds.map(value));

const times = (value) => `${value.toFixed(2)} ×`;
const ms = (value) => `${value.toFixed(value < 10 ? 2 : 0)} ms`;

const atLeast = (limit) => ({ text: `≥ ${limit} ×`, isMet: (value) => value >= limit });
const atMost = (limit, unit = ' ×') => ({
  text: `≤ ${limit}${unit}`,
  isMet: (value) => value <= limit,
});

/** A row that says how many times as fast as another variant ours is. */
const speed = (what, other, target, options) => ({
  what,
  samples: { ours: { ...options, variant: 'ours' }, other: { ...options, variant: other } },
  agree: ['texts', 'characters', 'sum'],
  needs: [other],
  target,
  value: (rounds) => medianOf(rounds, ({ ours, other }) => other.ms / ours.ms),
  show: (value, rounds) => [
    times(value),
    `${ms(medianOf(rounds, ({ ours }) => ours.ms))} against ${ms(medianOf(rounds, ({ other }) => other.ms))}`,
  ],
});

const KiB = 1024;

export const rows = ({ events, folded, runs, crowd, requests, imports, marks }) => {
  const read = { task: 'read', events, size: 16 * KiB };
  const peers = (what, other, target) => speed(what, other, target, read);
  const many = { task: 'many', events: Math.min(events, 2_000), size: KiB };
  const fold = (operator) => {
    const sample = { task: 'fold', operator, total: folded };
    return {
      what: `\`${operator}()\` per event, ${folded} against ${folded / 100} events`,
      samples: { long: { ...sample, events: folded }, short: { ...sample, events: folded / 100 } },
      target: atMost(1.2),
      value: (rounds) => medianOf(rounds, ({ long, short }) => long.ns / short.ns),
      show: (value, rounds) => [
        times(value),
        ['long', 'short']
          .map((name) => `${medianOf(rounds, (round) => round[name].ns).toFixed(0)} ns`)
          .join(' against '),
      ],
    };
  };

  return [
    speed('parser + `JSON.parse` by hand: 16 KiB chunks', 'by-hand', atLeast(0.95), read),
    speed('the same: one frame a chunk', 'by-hand', atLeast(0.95), { ...read, size: 0 }),
    speed('the same: over loopback HTTP', 'by-hand', atLeast(0.9), { ...read, http: true }),
    speed('every delta with an escape at its end', 'by-hand', atLeast(0.9), {
      ...read,
      shape: 'escaped',
    }),
    speed('every delta long, with an escape at its end', 'by-hand', atLeast(0.9), {
      ...read,
      shape: 'long',
    }),
    speed('every delta given twice', 'by-hand', atLeast(0.9), { ...read, shape: 'twice' }),
    speed('ids that alternate', 'by-hand', atLeast(0.9), { ...read, shape: 'ids' }),
    peers('AG-UI, its transport alone ¹', 'ag-ui', atLeast(1.8)),
    peers('AG-UI with `enforceEvents` ¹', 'ag-ui-enforced', atLeast(4.5)),
    peers('openai', 'openai', atLeast(4.5)),
    peers('anthropic ²', 'anthropic', atLeast(2)),
    peers('AI SDK with a zod union', 'ai-sdk', atLeast(7)),
    peers('langgraph ³', 'langgraph', atLeast(8)),
    peers('fetch-event-source + `JSON.parse`', 'fetch-event-source'),
    speed(
      `${runs} runs at once, ${many.events} events each, against by hand`,
      'by-hand',
      atLeast(0.95),
      {
        ...many,
        runs,
      },
    ),
    {
      ...speed(`${crowd} runs at once over loopback HTTP, against by hand`, 'by-hand', undefined, {
        ...many,
        runs: crowd,
        http: true,
        count: 1,
      }),
      show: (value, rounds) => [
        times(value),
        ['ours', 'other']
          .map((name) => {
            const wall = medianOf(rounds, (round) => round[name].wall);
            const peak = medianOf(rounds, (round) => round[name].peak);
            return `${ms(wall)} and ${peak.toFixed(0)} MB at most`;
          })
          .join(' against '),
      ],
    },
    {
      what: 'first event over loopback, p50, against bare fetch',
      samples: { both: { task: 'first', requests } },
      target: atMost(1.05),
      value: (rounds) => medianOf(rounds, ({ both }) => both.ours / both.bare),
      show: (value, rounds) => [
        times(value),
        ['ours', 'bare']
          .map((name) => ms(medianOf(rounds, ({ both }) => both[name])))
          .join(' against '),
      ],
    },
    {
      what: `heap, growth from ${marks[0]} to ${marks[1]} events, with \`textOnly()\``,
      samples: { both: { task: 'heap', events, marks } },
      target: atMost(1, ' MB'),
      value: (rounds) => medianOf(rounds, ({ both }) => both.heap[1] - both.heap[0]),
      show: (value, rounds) => [
        `${value.toFixed(2)} MB`,
        `${medianOf(rounds, ({ both }) => both.heap[1]).toFixed(1)} MB at the end`,
      ],
    },
    fold('accumulate'),
    fold('collectRun'),
    {
      what: 'import on Node, over importing rxjs alone',
      repeat: imports,
      samples: { ours: { task: 'import', what: 'ours' }, rxjs: { task: 'import', what: 'rxjs' } },
      target: atMost(15, ' ms'),
      value: (rounds) =>
        medianOf(rounds, ({ ours }) => ours.ms) - medianOf(rounds, ({ rxjs }) => rxjs.ms),
      show: (value, rounds) => [
        ms(value),
        ['ours', 'rxjs']
          .map((name) => ms(medianOf(rounds, (round) => round[name].ms)))
          .join(' against '),
      ],
    },
  ];
};
