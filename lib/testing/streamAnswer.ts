import type { Observable } from 'rxjs';
import type { Answer } from './Answer';
import type { Line } from './Line';

/** An event stream. */
export const streamAnswer = (body: Observable<Line>): Answer => ({
  status: 200,
  headers: {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache',
    'x-accel-buffering': 'no',
  },
  body,
  stream: true,
});
