import type { Handler } from '../Call';
import { jsonAnswer } from '../jsonAnswer';
import { findRun } from './findRun';
import { idOf } from './idOf';

/** "A bare array." [wire §1] */
export const messages: Handler = (call) => {
  const { messages } = findRun(call);
  const after = idOf(call.query.get('after_sequence') ?? '0');
  const limit = idOf(call.query.get('limit') ?? '500');
  return jsonAnswer(messages.filter(({ sequence }) => sequence > after).slice(0, limit));
};
