import type { Observable } from 'rxjs';
import { frameLine, type Line } from '../../lib/testing/Line';

/** A line of text that is no frame. */
export const aLine = (text: string): Line => ({ bytes: Buffer.from(text) });

export const aDelta = (delta: string, id?: string): Line =>
  frameLine({ type: 'text-delta', delta, id });

export const aComment: Line = { ...aLine(':\n\n'), comment: true };

/** What a body says, and how it ends. */
export const heard = (body: Observable<Line>) => {
  const log = { lines: [] as string[], ended: 'no' };
  body.subscribe({
    next: ({ bytes }) => log.lines.push(Buffer.from(bytes).toString()),
    error: () => (log.ended = 'socket'),
    complete: () => (log.ended = 'body'),
  });
  return log;
};
