import type { Mixed } from 'io-ts';
import { failure } from './failure';
import { infrastructure } from './infrastructure';
import { message } from './message';
import { notice } from './notice';
import { permission } from './permission';
import { plan } from './plan';
import { record, type Fields } from './record';
import { run } from './run';
import { sandbox } from './sandbox';
import { text } from './text';
import { thinking } from './thinking';
import { tools } from './tools';

/** The protocol: wire type → fields. Every type of event is computed from it. [wire §3] */
const protocol = {
  ...text,
  ...thinking,
  ...plan,
  ...tools,
  ...message,
  ...run,
  ...sandbox,
  ...permission,
  ...failure,
  ...notice,
  ...infrastructure,
};

/** The table as a type, from which those of the events are computed. */
export type Protocol = typeof protocol;

/** One codec a type, which is how it is found. A Map: a wire type may be `constructor` or `__proto__`. */
export const codecs: ReadonlyMap<unknown, Mixed> = new Map(
  Object.entries<Fields>(protocol).map(([type, fields]) => [type, record(fields, type)]),
);
