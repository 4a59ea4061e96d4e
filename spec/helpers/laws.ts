import {
  concat,
  delay,
  ignoreElements,
  Observable,
  of,
  Subject,
  take,
  timestamp,
  toArray,
  type OperatorFunction,
} from 'rxjs';
import type { RunEvent } from '../../lib/events/RunEvent';
import { marbles } from './marbles';
import { overheard } from './overheard';

/** A run in which every operator finds something to say. */
const run: { readonly [marble: string]: RunEvent } = {
  m: { type: 'metadata', payload: { run_id: 7 } },
  t: { type: 'text-delta', delta: 'two ' },
  c: { type: 'tool-call-start', toolCallId: 'tc_1', toolName: 'search' },
  r: { type: 'tool-result-end', toolCallId: 'tc_1', result: 2 },
  u: { type: 'text-delta', delta: 'mails' },
  k: { type: 'keep-alive' },
  C: { type: 'tool-call-start', toolCallId: 'tc_2', toolName: 'send' },
  R: { type: 'tool-result-end', toolCallId: 'tc_2', result: true },
  w: { type: 'text-delta', delta: ', one sent' },
  d: { type: 'done', stop_reason: 'end_turn' },
};
const diagram = '-m-t-c-r-u-k-C-R-w-d-';
const frames = diagram.length;
const events = [...diagram].flatMap((marble) => run[marble] ?? []);

/** The run all at once, as `of(…)` tells it, by a source that says how far it was read. */
const atOnce = () => {
  let read = 0;
  const source = new Observable<RunEvent>((subscriber) => {
    for (const event of events) {
      if (subscriber.closed) return;
      read += 1;
      subscriber.next(event);
    }
    subscriber.complete();
  });
  return { source, read: () => read };
};

const failure = new RangeError('of a law');
const fails = (): never => {
  throw failure;
};
/** An event that nobody can look at. */
const hostile = new Proxy({}, { get: fails, has: fails, ownKeys: fails }) as RunEvent;

/**
 * What holds for each operator on a run's events, whatever it does: it is lazy, passes errors on,
 * completes with its source, lets go of it at once, and shares no state between its subscribers. It
 * reads no more than it needs of a source that emits at once, and what is thrown on either side of it
 * is its subscriber's error, never the process's.
 */
export const laws = <R>(make: () => OperatorFunction<RunEvent, R>): void => {
  describe('as every operator', () => {
    it(
      'does nothing before it is subscribed to',
      marbles(({ cold, expectSubscriptions, flush }) => {
        const source = cold(`${diagram}|`, run);
        make()(source);
        flush();
        expectSubscriptions(source.subscriptions).toBe([]);
      }),
    );

    it(
      'subscribes to its source once, and completes with it',
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold(`${diagram}|`, run);
        const whole = source.pipe(make(), ignoreElements());
        expectObservable(whole).toBe(`${'-'.repeat(frames)}|`);
        expectSubscriptions(source.subscriptions).toBe(`^${'-'.repeat(frames - 1)}!`);
      }),
    );

    it(
      'passes an error on, at once and as it is',
      marbles(({ cold, flush }) => {
        const failure = new RangeError('of the source');
        const source = cold(`${diagram}#`, run, failure);
        const errors: unknown[] = [];
        source.pipe(make()).subscribe({ error: (error) => errors.push(error) });
        flush();
        expect(errors).toEqual([failure]);
        expect(errors[0]).toBe(failure);
        expect(source.subscriptions).toEqual([{ subscribedFrame: 0, unsubscribedFrame: frames }]);
      }),
    );

    it(
      'lets go of its source when it is unsubscribed from',
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold(`${diagram}|`, run);
        const quiet = source.pipe(make(), delay(100));
        const unsub = '-----!';
        expectObservable(quiet, unsub).toBe('------');
        expectSubscriptions(source.subscriptions).toBe('^----!');
      }),
    );

    it(
      'lets go of its source when nobody wants more of it',
      marbles(({ cold, flush }) => {
        const source = cold(`${diagram}|`, run);
        const firsts: number[] = [];
        source
          .pipe(make(), timestamp(), take(1))
          .subscribe(({ timestamp }) => firsts.push(timestamp));
        flush();
        expect(firsts).toHaveLength(1);
        expect(source.subscriptions).toEqual([
          { subscribedFrame: 0, unsubscribedFrame: firsts[0] },
        ]);
      }),
    );

    it(
      'reads no more than it needs of a source that emits at once',
      marbles(({ cold, flush }) => {
        // An event a moment tells how many it takes to each value: the first value is there after …
        const needed: number[] = [];
        cold(`${diagram}|`, run)
          .pipe(make(), timestamp())
          .subscribe(({ timestamp }) => needed.push(Math.min(timestamp + 1, frames) >> 1));
        flush();
        expect(needed.length).toBeGreaterThan(0);
        needed.forEach((events, index) => {
          const { source, read } = atOnce();
          let values = 0;
          source.pipe(make(), take(index + 1)).subscribe(() => (values += 1));
          expect([values, read()]).toEqual([index + 1, events]);
        });
      }),
    );

    it('makes an error of what it throws, throws nothing at its source, and lets go of it', async () => {
      const told: unknown[] = [];
      const hook = await overheard(() => {
        const source = new Subject<RunEvent>();
        source.pipe(make()).subscribe({
          error: (error) => told.push(error),
          complete: () => told.push('complete'),
        });
        expect(() => source.next(hostile)).not.toThrow();
        expect(source.observed).toBe(false);
      });
      expect(told).toEqual([failure]);
      expect(hook).toEqual([]);
    });

    it('makes an error of what its source throws', async () => {
      const told: unknown[] = [];
      const hook = await overheard(() => {
        new Observable<RunEvent>((subscriber) => {
          subscriber.next(events[0]!);
          fails();
        })
          .pipe(make())
          .subscribe({
            error: (error) => told.push(error),
            complete: () => told.push('complete'),
          });
      });
      expect(told).toEqual([failure]);
      expect(hook).toEqual([]);
    });

    it(
      'shares no state between its subscribers, nor between its uses',
      marbles(({ cold, flush }) => {
        const operator = make();
        const told = (offset: number, source = cold(`${diagram}|`, run)) => {
          const values: unknown[] = [];
          of(0)
            .pipe(delay(offset))
            .subscribe(() => source.pipe(operator).subscribe((value) => values.push(value)));
          return values;
        };
        const shared = cold(`${diagram}|`, run);
        const alone = told(1000);
        const others = [told(0, shared), told(2, shared), told(5), told(50, shared)];
        flush();
        expect(alone.length).toBeGreaterThan(0);
        for (const values of others) expect(values).toEqual(alone);
      }),
    );

    it(
      'starts afresh when it is subscribed to again',
      marbles(({ cold, flush }) => {
        const run$ = cold(`${diagram}|`, run).pipe(make());
        const twice: unknown[][] = [];
        concat(run$.pipe(toArray()), run$.pipe(toArray())).subscribe((all) => twice.push(all));
        flush();
        expect(twice).toHaveLength(2);
        expect(twice[1]).toEqual(twice[0]);
      }),
    );
  });
};
