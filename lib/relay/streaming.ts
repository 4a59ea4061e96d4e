import { catchError, concatMap, EMPTY, of, type Observable } from 'rxjs';
import { written, type Chunk } from './chunks';
import { cursorBehind } from './cursor';
import { eventStream, type EventStreaming } from './eventStream';
import type { Told } from './watch';

/** How a viewer is answered. */
export interface Streaming extends Omit<EventStreaming, 'buffer'> {
  /** What it is told; no more than it takes: `ready` emits when there is room. */
  readonly told: (ready: () => Observable<unknown>) => Observable<Told>;
  readonly chunk: Chunk;
}

/**
 * A run as an event stream. Its end tells whether it is whole: only a run that has ended has the end
 * marker; a body that ends without one was cut, and is healed by who reads it.
 *
 * What nothing else keeps, as a reply past any log, does not ask who is ready: a viewer that does not
 * read is hung up on, and joins the run again.
 */
export const streaming = ({ told, chunk, ...answering }: Streaming): Response =>
  eventStream((ready) => {
    let id: string | undefined; // of all that was told, seen or not
    return told(ready).pipe(
      concatMap((one) => {
        if (one.type === 'end') return one.end === 'ended' ? of(written('[DONE]', id)) : EMPTY;
        id = cursorBehind(one);
        return of(chunk(one));
      }),
      catchError(() => EMPTY),
    );
  }, answering);
