import { asapScheduler, defer, interval, Observable, retry, Subscription, timer } from 'rxjs';
import { DecodeError, StreamInterruptedError } from '../errors';
import { encodeEvent } from '../events/encode';
import type { RunEvent } from '../events/RunEvent';
import type { Fingerprints } from '../log/fingerprints';
import type { Acquired, Append, Appended, Frame, RunLog } from '../log/RunLog';
import { inner } from '../operator';
import { failure } from './failure';

/** The office of a run's one writer. */
export interface Office {
  readonly log: RunLog;
  readonly run: string;
  readonly owner: string;
  /** Milliseconds. */
  readonly lease: number;
  readonly taken: Extract<Acquired, { readonly type: 'yours' }>;
}

/** What is pumped into the log, from its position on. */
export interface Pumping {
  readonly events: Observable<RunEvent>;
  /** Of all that the log holds, and then of all that is pumped. */
  readonly prints: Fingerprints;
  /** Whether the run is over where its events are, as of a stream that tells one turn. Default: it is. */
  readonly isOver?: (() => Observable<boolean>) | undefined;
}

/**
 * How it ended: the log is closed (`over`); the office is somebody else's (`fenced`); or the log is
 * not where the pump is, or is to be, and has to be read again (`behind`).
 */
export type Pumped = 'over' | 'fenced' | 'behind';

/** What one append carries, at the most. */
const MOST_FRAMES = 256;
const MOST_BYTES = 256 * 1024;
/** Of what is written so much is kept, in characters, to be written again where the log lost it. */
const MOST_KEPT = 1024 * 1024;
/** So much may wait for a log that is slower than its run, in characters; then it is read again later. */
const MOST_WAITING = 16 * 1024 * 1024;

/** How often a storage that fails is asked again, and the longest wait between, in milliseconds. */
const TRIES = 10;
const LONGEST = 2_000;

/** Whether the events that are missing cannot be had by anybody: the stream told another run. */
const isLost = (error: unknown): boolean =>
  error instanceof DecodeError ||
  (error instanceof StreamInterruptedError &&
    (error.cause === undefined || error.cause instanceof DecodeError));

/**
 * Pumps a run's events into its log. What comes in one go, or while the last append is on its way,
 * goes into one append; where nothing comes, empty ones keep the office.
 *
 * A log that has lost its end, or all of it, gets it again out of memory, as far as it is kept here.
 * Letting go gives nothing up: what is not written yet is in the API, and whoever pumps next joins it.
 */
export const pump = (
  { log, run, owner, lease, taken }: Office,
  { events, prints, isOver }: Pumping,
): Observable<Pumped> =>
  new Observable((subscriber) => {
    let { epoch } = taken;
    let base = taken.at; // where what is kept begins
    let kept: Frame[] = [];
    let from = base.pos; // what follows it is not in the log yet
    let written = 0; // characters kept that are
    let waiting = 0; // and that are not
    let last: Append['close'] | 'behind'; // what is done when all is written
    let isWriting = false;
    let isScheduled = false;
    let flushing = Subscription.EMPTY;
    subscriber.add(() => flushing.unsubscribe());

    const end = (pumped: Pumped): void => {
      subscriber.next(pumped);
      subscriber.complete();
    };

    /** Asks the log, again and again where it fails. */
    const ask = <A>(question: () => Promise<A>, next: (answer: A) => void): void => {
      isWriting = true;
      const pause = (_: unknown, failures: number) => timer(Math.min(LONGEST, 25 * 2 ** failures));
      const asking = inner<A>(subscriber, {
        next: (answer) => {
          isWriting = false;
          next(answer);
        },
        complete: () => {},
      });
      subscriber.add(asking);
      asking.add(() => subscriber.remove(asking));
      defer(question)
        .pipe(retry({ count: TRIES, delay: pause }))
        .subscribe(asking);
    };

    const write = (isBeat = false): void => {
      if (isWriting || subscriber.closed) return;
      const frames = batch(kept, from - base.pos);
      const isAll = from - base.pos + frames.length === kept.length;
      if (isAll && frames.length === 0 && last === 'behind') return end('behind');
      const close = isAll && last !== 'behind' ? last : undefined;
      if (frames.length === 0 && close === undefined && !isBeat) return;
      ask(
        () => log.append({ run, owner, epoch, from, frames, lease, close }),
        (answer) => onAppended(answer, close !== undefined),
      );
    };

    const onAppended = (answer: Appended, isClosed: boolean): void => {
      switch (answer.type) {
        case 'appended':
          goOnFrom(answer.pos);
          return isClosed ? end('over') : write();
        case 'gap':
          if (answer.pos < base.pos) return end('behind');
          goOnFrom(answer.pos);
          return write();
        case 'gone':
          return ask(() => log.acquire(run, owner, lease), onAcquired);
        case 'fenced':
          return end('fenced');
        case 'closed':
          return end('over');
      }
    };

    /** The log was lost: it is built again, if all that it held is kept here. */
    const onAcquired = (answer: Acquired): void => {
      if (answer.type === 'closed') return end('over');
      if (answer.type === 'held') return end('fenced');
      const { pos, fingerprint } = answer.at;
      const mark = pos === base.pos ? base : kept[pos - base.pos - 1];
      if (mark?.fingerprint !== fingerprint) return end('behind');
      ({ epoch } = answer);
      goOnFrom(pos);
      write();
    };

    /** The log is there. What is kept of what it holds is halved when it is too much. */
    const goOnFrom = (pos: number): void => {
      const size = (frames: readonly Frame[]): number =>
        frames.reduce((sum, { data }) => sum + data.length, 0);
      const moved = size(
        kept.slice(Math.min(from, pos) - base.pos, Math.max(from, pos) - base.pos),
      );
      written += pos > from ? moved : -moved;
      waiting -= pos > from ? moved : -moved;
      from = pos;
      if (written <= MOST_KEPT) return;
      let forgotten = 0;
      let dropped = 0;
      while (written - dropped > MOST_KEPT / 2) dropped += kept[forgotten++]!.data.length;
      base = { pos: base.pos + forgotten, fingerprint: kept[forgotten - 1]!.fingerprint };
      kept = kept.slice(forgotten);
      written -= dropped;
    };

    const tell = (event: RunEvent): void => {
      const data = encodeEvent(event);
      kept.push({ data, fingerprint: prints.add(event) });
      waiting += data.length;
      if (waiting > MOST_WAITING) return end('behind');
      if (isScheduled) return;
      isScheduled = true;
      const flush = (): void => {
        isScheduled = false;
        write();
      };
      flushing = asapScheduler.schedule(flush); // not added: what has run would stay with the subscriber
    };
    const finish = (how: typeof last): void => {
      last = how;
      write();
    };

    const reading = inner<RunEvent>(subscriber, {
      next: tell,
      error: (error) => {
        if (!isLost(error)) return subscriber.error(error);
        tell(failure(error));
        finish('interrupted');
      },
      complete: () => {
        if (isOver === undefined) return finish('ended');
        const asking = inner<boolean>(subscriber, {
          next: (isOver) => finish(isOver ? 'ended' : 'behind'),
          error: () => finish('behind'),
          complete: () => {},
        });
        subscriber.add(asking);
        defer(isOver).subscribe(asking);
      },
    });
    subscriber.add(reading);
    const beating = inner<number>(subscriber, { next: () => write(true) });
    subscriber.add(beating);
    interval(lease / 3).subscribe(beating);
    events.subscribe(reading);
  });

/** The frames from an index on that one append takes. */
const batch = (frames: readonly Frame[], first: number): readonly Frame[] => {
  let last = first;
  for (let size = 0; last < frames.length && last - first < MOST_FRAMES && size < MOST_BYTES;)
    size += frames[last++]!.data.length;
  return frames.slice(first, last);
};
