import * as t from 'io-ts';
import { optional } from './optional';
import { orElse } from './orElse';

const id = optional(t.string);

/** The plan the teammate writes before it acts. [wire §3] */
export const plan = {
  'plan-start': { id },
  'plan-delta': { delta: orElse(t.string, ''), id },
  'plan-end': { id },
};
