import { concat, NEVER, of, Subject, throwError, type Observable } from 'rxjs';
import type { RunEvent } from 'm8tes-rx';
import { begin, type Begun } from '../../lib/relay/begin';
import { toldBy } from '../helpers/told';
import { deltas } from './logs';

const metadata = (run_id: number): RunEvent => ({ type: 'metadata', payload: { run_id } });

const begun = (source: Observable<RunEvent>, known?: number) => {
  const told = toldBy(begin(source, known));
  return { told, begun: told.values[0] as Begun };
};

describe('begin', () => {
  it('hands a stream on when it has told whose it is, with what it told before', () => {
    const source = new Subject<RunEvent>();
    const { told } = begun(source);
    const [early, late, last] = deltas('a', 'b', 'c');
    source.next(early!);
    source.next({ type: 'metadata', payload: {} });
    expect(told.values).toEqual([]);
    source.next(metadata(7));
    source.next(late!);
    expect(told).toMatchObject({ values: [{ run_id: 7 }], ended: 'completed' });
    const events = toldBy(told.values[0]!.events);
    source.next(last!);
    expect(events.values.map(({ type }) => type)).toEqual([
      'text-delta',
      'metadata',
      'metadata',
      'text-delta',
      'text-delta',
    ]);
    source.complete();
    expect(events.ended).toBe('completed');
  });

  it('hands a stream on at its first event where it is known whose it is', () => {
    const source = new Subject<RunEvent>();
    const { told } = begun(source, 9);
    expect(told.values).toEqual([]);
    source.next(deltas('a')[0]!);
    expect(told).toMatchObject({ values: [{ run_id: 9 }], ended: 'completed' });
  });

  it('tells how a stream ended that is subscribed to afterwards', () => {
    expect(toldBy(begun(of(metadata(1))).begun.events)).toMatchObject({ ended: 'completed' });
    const broken = begun(
      concat(
        of(metadata(1)),
        throwError(() => 'broken'),
      ),
    );
    expect(toldBy(broken.begun.events)).toMatchObject({
      values: [metadata(1)],
      ended: 'failed',
      error: 'broken',
    });
  });

  it('hands on a stream that ended before it told whose it is', () => {
    const [cancelled] = [{ type: 'cancelled' }] as const;
    const { told, begun: over } = begun(of(cancelled));
    expect(told).toMatchObject({ values: [{ run_id: undefined }], ended: 'completed' });
    expect(toldBy(over.events)).toEqual({ values: [cancelled], ended: 'completed' });
    const broken = begun(
      concat(
        of(cancelled),
        throwError(() => 'broken'),
      ),
    );
    expect(toldBy(broken.begun.events)).toMatchObject({ values: [cancelled], error: 'broken' });
  });

  it('fails where a stream does before that', () => {
    expect(begun(throwError(() => 'refused')).told).toMatchObject({ error: 'refused' });
    expect(begun(of()).told).toMatchObject({ values: [], ended: 'completed' });
  });

  it('lets go of the stream: before it has begun, when it is left, and when its taker leaves', () => {
    const first = new Subject<RunEvent>();
    begin(first).subscribe().unsubscribe();
    expect(first.observed).toBe(false);

    const second = new Subject<RunEvent>();
    const { begun: left } = begun(concat(of(metadata(1)), second));
    expect(second.observed).toBe(true);
    left.leave();
    expect(second.observed).toBe(false);

    const third = new Subject<RunEvent>();
    const { begun: taken } = begun(concat(of(metadata(1)), third));
    taken.events.subscribe().unsubscribe();
    expect(third.observed).toBe(false);
  });

  it('is an error to whoever comes for a stream that was left, and leaves none that was taken', () => {
    const source = new Subject<RunEvent>();
    const { begun: left } = begun(concat(of(metadata(1)), source));
    left.leave();
    expect(toldBy(left.events)).toMatchObject({
      values: [],
      error: { message: 'the stream was let go of: nobody came for it' },
    });

    const { begun: taken } = begun(concat(of(metadata(1)), source));
    const events = toldBy(taken.events);
    taken.leave();
    source.next(deltas('a')[0]!);
    source.complete();
    expect(events).toEqual({ values: [metadata(1), ...deltas('a')], ended: 'completed' });
    taken.leave();
  });

  it('loses nothing that comes while what was held is told', () => {
    const source = new Subject<RunEvent>();
    const { begun: one } = begun(concat(of(metadata(1)), source));
    const [a, b, c] = deltas('a', 'b', 'c');
    source.next(a!);
    const told: RunEvent[] = [];
    one.events.subscribe((event) => {
      told.push(event);
      if (event === a) source.next(b!);
      if (event === b) source.next(c!);
    });
    expect(told).toEqual([metadata(1), a, b, c]);
  });

  it('goes on with a stream whose beginner has gone', () => {
    const subscription = begin(concat(of(metadata(1)), NEVER)).subscribe();
    expect(subscription.closed).toBe(true);
  });
});
