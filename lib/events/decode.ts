import { isRight } from 'fp-ts/Either';
import { fits } from './fits';
import { problems } from './problems';
import { RunEvent } from './RunEvent';

/**
 * The event in a frame's data. Total: what cannot be understood becomes `unknown` or `malformed`,
 * because one bad frame must never end the stream of a run that is being paid for.
 *
 * `[DONE]`, the stream's end marker, says what a bare `done` says. [wire §3]
 */
export const decode = (data: string): RunEvent => {
  if (data === '[DONE]') return { type: 'done' };
  let frame: unknown;
  try {
    frame = JSON.parse(data);
  } catch {
    return { type: 'malformed', data, problems: ['the whole: expected JSON'] };
  }
  if (fits(frame)) return frame;
  const decoded = RunEvent.decode(frame);
  if (isRight(decoded)) return decoded.right;
  return { type: 'malformed', data, problems: problems(decoded.left) };
};
