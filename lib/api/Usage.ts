import * as t from 'io-ts';
import { optional } from '../events/optional';
import { record } from '../events/record';

const number = optional(t.number);

/** Tokens and money of a run; `null` on the wire until there are any, so absent here. */
export const Usage = record(
  {
    input_tokens: number,
    output_tokens: number,
    cache_read_tokens: number,
    cache_creation_tokens: number,
    total_tokens: number,
    /** US dollars, as decimal text: a float would lose cents. */
    cost_usd: optional(t.string),
  },
  'usage',
);
export type Usage = t.TypeOf<typeof Usage>;
