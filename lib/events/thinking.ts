import * as t from 'io-ts';
import { optional } from './optional';
import { orElse } from './orElse';

const id = optional(t.string);

/** What the model thinks before it speaks, under its two names. [wire §3] */
export const thinking = {
  'reasoning-start': { id },
  'reasoning-delta': { delta: orElse(t.string, ''), id },
  'reasoning-end': { id },
  'thinking-start': { id },
  'thinking-delta': { delta: orElse(t.string, ''), id },
  'thinking-end': { id },
};
