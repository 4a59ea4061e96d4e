import * as t from 'io-ts';
import { optional } from '../events/optional';
import { record } from '../events/record';

/** What became of an answer. [wire §5] */
export const Answered = record(
  {
    status: optional(t.string),
    /** Whether the run goes on. */
    resumed: optional(t.boolean),
  },
  'a receipt for an answer',
);
export type Answered = t.TypeOf<typeof Answered>;
