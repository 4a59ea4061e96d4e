import type { Handler } from '../Call';
import { checked } from '../checked';
import { submit } from '../runs/submit';
import { change } from '../runs/change';
import { findRun } from './findRun';
import { mode } from './mode';
import { runAnswer } from './runAnswer';

/**
 * Opens the same run again. While a turn is executing the reply is queued, and the answer is the
 * JSON run "even when a stream was asked for". [wire §2]
 */
export const replyToRun: Handler = (call) => {
  const { world, files } = call;
  const held = findRun(call);
  const body = checked(call.body, 'message');
  if ('permission_mode' in body) mode(body);
  for (const file of files) held.files.set(file.name, file);
  const delivery = submit(held, body['message'] as string, world);
  const queued_message_id = delivery === 'queued' ? world.nextId('message') : null;
  change(held, { delivery, queued_message_id });
  const stream = body['stream'] !== false && delivery === 'resumed';
  return runAnswer(held, stream, world, { delivery, queued_message_id });
};
