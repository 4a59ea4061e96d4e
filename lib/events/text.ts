import * as t from 'io-ts';
import { optional } from './optional';
import { orElse } from './orElse';

const id = optional(t.string);

/** The teammate's words. [wire §3] */
export const text = {
  'text-start': { id },
  'text-delta': { delta: orElse(t.string, ''), id },
  'text-end': { id },
};
