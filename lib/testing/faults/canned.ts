import type { Answer } from '../Answer';
import { bytesAnswer } from '../bytesAnswer';
import { errorAnswer } from '../errorAnswer';
import type { Fault } from './Fault';

/** The answer that a fault gives instead. */
export const canned = (fault: Fault, status: number, request_id: string): Answer => {
  const { body, retryAfter } = fault;
  const isText = typeof body === 'string';
  const { contentType = isText ? 'text/plain' : 'application/json' } = fault;
  const answer =
    body === undefined
      ? errorAnswer({ status, message: `Fault ${status}` }, request_id)
      : bytesAnswer(Buffer.from(isText ? body : JSON.stringify(body)), contentType, status);
  const wait = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
  return { ...answer, headers: { ...answer.headers, ...wait } };
};
