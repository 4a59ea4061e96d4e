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

const atLeast = (limit, better) => ({
  text: `≥ ${limit} ×${better === undefined ? '' : `, better ≥ ${better} ×`}`,
  isMet: (value) => value >= limit,
});
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
  const byHand = (what, target, options) =>
    speed(`by hand: ${what}`, 'by-hand', target, { ...read, ...options });
  const atOnce = (where, options, target) => {
    const many = { task: 'many', events: Math.min(events, 2_000), size: KiB, ...options };
    const row = speed(`by hand: ${many.runs} runs at once ${where}`, 'by-hand', target, many);
    return {
      ...row,
      /** Of each: milliseconds on the wall until all were read, and the most memory it took. */
      peaks: (rounds) =>
        Object.entries({ ours: 'm8tes-rx', other: 'by hand' }).map(([name, variant]) => ({
          runs: many.runs,
          from: many.http ? 'loopback HTTP' : 'memory',
          variant,
          wall: medianOf(rounds, (round) => round[name].wall),
          peak: medianOf(rounds, (round) => round[name].peak),
        })),
    };
  };
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
    byHand('16 KiB chunks', atLeast(0.95, 1.2)),
    byHand('one frame a chunk', atLeast(0.95, 1.2), { size: 0 }),
    byHand('over loopback HTTP', atLeast(0.9, 1.2), { http: true }),
    byHand('every delta ends in an escape', atLeast(0.9), { shape: 'escaped' }),
    byHand('every delta is given twice', atLeast(0.9), { shape: 'twice' }),
    byHand('every delta is long, with a field more', atLeast(0.9), { shape: 'long' }),
    byHand('arguments of a tool call for text', undefined, { shape: 'tools' }),
    byHand('ids that alternate', atLeast(0.9), { shape: 'ids' }),
    peers('AG-UI, its transport alone', 'ag-ui', atLeast(1.8)),
    peers('AG-UI with `enforceEvents`', 'ag-ui-enforced', atLeast(4.5)),
    peers('openai', 'openai', atLeast(4.5)),
    peers('anthropic', 'anthropic', atLeast(2)),
    peers('AI SDK with a zod union', 'ai-sdk', atLeast(7)),
    peers('langgraph', 'langgraph', atLeast(8)),
    peers('fetch-event-source + `JSON.parse`', 'fetch-event-source'),
    atOnce('in memory', { runs }, atLeast(0.95)),
    atOnce('over loopback HTTP', { runs: crowd, http: true, count: 1 }),
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
      samples: { both: { task: 'import' } },
      target: atMost(15, ' ms'),
      value: (rounds) => medianOf(rounds, ({ both }) => both.ms),
      show: (value, rounds) => [
        `${value.toFixed(1)} ms`,
        `after ${ms(medianOf(rounds, ({ both }) => both.alone))} for rxjs`,
      ],
    },
  ];
};
