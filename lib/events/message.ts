import * as t from 'io-ts';
import { optional } from './optional';

const messageId = optional(t.string);

/** The bounds of a message, and the sources it cites. [wire §3] */
export const message = {
  'message-start': { messageId },
  'message-delta': {},
  'message-end': { messageId },
  'source-url': {},
  'source-document': {},
};
