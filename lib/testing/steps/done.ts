import type { Step } from '../Script';

/** The turn is over; with `marker` the end marker follows, which adds nothing. [wire §3] */
export const done = (
  stop_reason = 'end_turn',
  { marker = false }: { readonly marker?: boolean } = {},
): readonly Step[] => [
  { type: 'done', stop_reason },
  ...(marker ? [{ step: 'raw', bytes: 'data: [DONE]\n\n' } as const] : []),
];
