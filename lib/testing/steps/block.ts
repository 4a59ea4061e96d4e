import type { Frame } from '../Script';

/** A block of what the run says or thinks: its start, its deltas, its end. */
export const block = (
  kind: 'text' | 'thinking' | 'reasoning' | 'plan',
  deltas: readonly string[],
  id?: string,
): readonly Frame[] => [
  { type: `${kind}-start`, id },
  ...deltas.map((delta) => ({ type: `${kind}-delta`, delta, id })),
  { type: `${kind}-end`, id },
];
