// What is made of the samples of a row: a figure, how it is shown, and what it should be.

export const median = (values) => {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

/** Of values in order, the one that such a share of them does not exceed. */
export const percentile = (sorted, share) =>
  sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)];

/** Medians over the rounds; a ratio is taken within its round. */
export const medianOf = (rounds, value) => median(rounds.map(value));

export const times = (value) => `${value.toFixed(2)} ×`;
export const ms = (value) => `${value.toFixed(value < 10 ? 2 : 0)} ms`;

/** `✗` is short of the target, `✓` meets it, and `✓✓` is as good as was hoped for. */
const target = (sign, unit, isWithin, limit, better) => ({
  text: `${sign} ${limit}${unit}${better === undefined ? '' : `, better ${sign} ${better}${unit}`}`,
  mark: (value) => {
    if (!isWithin(value, limit)) return '✗';
    return better !== undefined && isWithin(value, better) ? '✓✓' : '✓';
  },
});

export const atLeast = (limit, better, unit = ' ×') =>
  target('≥', unit, (value, bound) => value >= bound, limit, better);
export const atMost = (limit, better, unit = ' ×') =>
  target('≤', unit, (value, bound) => value <= bound, limit, better);

/**
 * A row that says how many times as fast as another variant ours is, by CPU time or (`wall`) on the
 * wall.
 */
export const speed = (what, ours, other, options, { target, clock = 'ms' } = {}) => ({
  what,
  samples: { ours: { ...options, variant: ours }, other: { ...options, variant: other } },
  agree: ['texts', 'characters', 'sum'],
  needs: [ours, other],
  target,
  isBehind: (value) => Math.round(value * 100) < 100,
  value: (rounds) => medianOf(rounds, ({ ours, other }) => other[clock] / ours[clock]),
  show: (value, rounds) => [
    times(value),
    ['ours', 'other']
      .map((name) => ms(medianOf(rounds, (round) => round[name][clock])))
      .join(' against '),
  ],
});
