import { Observable, Subscriber } from 'rxjs';
import { ConnectionError } from '../errors';
import type { RunEvent } from '../events/RunEvent';

/** A stream that has begun. */
export interface Begun {
  /** Whose it is; undefined of one that ended before it said so. */
  readonly run_id: number | undefined;
  /** All of it, from its beginning; to be subscribed to once. */
  readonly events: Observable<RunEvent>;
  /** Whether somebody has subscribed to it, or it was let go of. */
  readonly isTaken: () => boolean;
  /** Lets go of a stream that nobody has subscribed to, nor will: whoever does is told an error. */
  readonly leave: () => void;
}

/**
 * Begins a stream, and hands it on when it has told whose it is, or has ended without. Until somebody subscribes to what
 * is handed on, it is held here. Unsubscribing before that lets go of it.
 */
export const begin = (source: Observable<RunEvent>, known?: number): Observable<Begun> =>
  new Observable((subscriber) => {
    const held: RunEvent[] = [];
    let taker: Subscriber<RunEvent> | undefined;
    let isHandedOn = false;
    let isLeft = false;
    let finish: ((taker: Subscriber<RunEvent>) => void) | undefined;

    const end = (how: NonNullable<typeof finish>): void => {
      finish = how;
      if (taker !== undefined) how(taker);
    };
    const events = new Observable<RunEvent>((its) => {
      its.add(reading);
      for (const event of held) its.next(event); // and what is held meanwhile
      held.length = 0;
      taker = its;
      finish?.(its);
    });
    const isTaken = (): boolean => taker !== undefined || isLeft;
    const leave = (): void => {
      if (taker !== undefined || finish !== undefined) return;
      isLeft = true;
      reading.unsubscribe();
      held.length = 0;
      end((its) => its.error(new ConnectionError('the stream was let go of: nobody came for it')));
    };
    const handOn = (run_id: number | undefined): void => {
      isHandedOn = true;
      subscriber.next({ run_id, events, isTaken, leave });
      subscriber.complete();
    };
    const reading = new Subscriber<RunEvent>({
      next: (event: RunEvent) => {
        if (taker !== undefined) return taker.next(event);
        held.push(event);
        const run_id = known ?? (event.type === 'metadata' ? event.payload.run_id : undefined);
        if (!isHandedOn && run_id !== undefined) handOn(run_id);
      },
      error: (error: unknown) => {
        if (!isHandedOn && held.length === 0) return subscriber.error(error);
        end((its) => its.error(error));
        if (!isHandedOn) handOn(undefined);
      },
      complete: () => {
        if (!isHandedOn && held.length === 0) return subscriber.complete();
        end((its) => its.complete());
        if (!isHandedOn) handOn(undefined);
      },
    });
    subscriber.add(() => {
      if (!isHandedOn) reading.unsubscribe();
    });
    source.subscribe(reading);
  });
