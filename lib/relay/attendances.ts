import { finalize, ReplaySubject, share, takeUntil, timer, type Observable } from 'rxjs';
import { attend, type Attending, type Desk, type Next } from './office';

/** A run that is attended here, and the turns that are to follow in it. */
interface Attended {
  readonly present: Observable<void>;
  readonly turns: Next[];
  /** Replies that have, or had, their place here: that it was opened with, and of `turns`. */
  readonly placed: Set<Next>;
}

/** How a run is attended. */
export interface Attendance extends Omit<Attending, 'turns'> {
  /** The place of a reply among the turns that are to follow. */
  readonly next?: Next | undefined;
}

/** Milliseconds for which the stream of a reply is kept at the least, when nobody attends its run any more. */
const SPARE = 2_000;

/**
 * Runs that are attended in this process, each once for all who ask: as long as somebody does, and
 * for `linger` milliseconds more.
 *
 * `attend` emits as soon as there is a log. A stream that comes to a run which is attended already is
 * let go of; but that of a reply, which has its place in `turns` from before it was sent, waits there
 * for the turn before it to end.
 */
export const attendances = (desk: Desk, linger: number, closing: Observable<void>) => {
  const attended = new Map<number, Attended>();
  /** A reply comes back with its stream where the log was closed before its turn. */
  const forget = (turns: readonly Next[]): void => {
    if (turns.length === 0) return;
    timer(Math.max(linger, SPARE))
      .pipe(
        takeUntil(closing),
        finalize(() => turns.forEach(({ begun }) => begun?.leave())),
      )
      .subscribe();
  };

  /** One for each: a turn that was told has begun, though whoever asks for it comes again. */
  const place = ({ turns, placed }: Attended, next: Next): void => {
    if (placed.has(next)) return;
    placed.add(next);
    turns.push(next);
  };

  /** A place for a reply that is about to be sent: behind those that were sent before it. */
  const follow = (run_id: number): Next => {
    const next: Next = { isTold: false };
    const known = attended.get(run_id);
    if (known !== undefined) place(known, next);
    return next;
  };
  /** One that was refused is no turn. */
  const drop = (run_id: number, next: Next): void => {
    const turns = attended.get(run_id)?.turns ?? [];
    if (turns.includes(next)) turns.splice(turns.indexOf(next), 1);
  };

  const attendance = (
    run_id: number,
    { begun, next, ...how }: Attendance = {},
  ): Observable<void> => {
    const known = attended.get(run_id);
    if (known !== undefined) {
      if (next === undefined || next.isTold) begun?.leave();
      else if (begun?.isTaken() === false) {
        next.begun = begun;
        place(known, next);
      }
      return known.present;
    }
    const turns: Next[] = [];
    const present: Observable<void> = attend(desk, run_id, {
      ...how,
      ...(begun?.isTaken() === false && { begun }),
      turns,
    }).pipe(
      takeUntil(closing),
      finalize(() => {
        if (attended.get(run_id)?.present === present) attended.delete(run_id);
        forget(turns);
      }),
      share({
        connector: () => new ReplaySubject(1),
        resetOnRefCountZero: () => timer(linger),
        resetOnComplete: false,
      }),
    );
    attended.set(run_id, { present, turns, placed: new Set(next === undefined ? [] : [next]) });
    return present;
  };
  return { attend: attendance, follow, drop };
};
