import type { Answer } from './Answer';
import { bytesAnswer } from './bytesAnswer';

/** A JSON answer. */
export const jsonAnswer = (value: unknown, status = 200): Answer =>
  bytesAnswer(Buffer.from(JSON.stringify(value)), 'application/json', status);
