import * as t from 'io-ts';
import { optional } from '../events/optional';
import { record } from '../events/record';

/** A file of a run. */
export const RunFile = record(
  {
    name: t.string,
    /** Bytes. */
    size: optional(t.number),
  },
  'a file of a run',
);
export type RunFile = t.TypeOf<typeof RunFile>;
