import { collectRun, InvalidArgumentError, StreamInterruptedError, textOnly } from 'm8tes-rx';
import { fakeRun, letters } from 'm8tes-rx/testing';
import { lastValueFrom } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { marbles } from '../helpers/marbles';

describe('fakeRun', () => {
  it(
    'is its marbles in virtual time, whose ever scheduler it is',
    marbles(({ expectObservable }) => {
      expectObservable(fakeRun('m-t-t-(d|)')).toBe('m-t-t-(d|)', letters);
      expectObservable(fakeRun('  --m 10ms t|')).toBe('  --m 10ms t|', letters);
      expectObservable(fakeRun('---|')).toBe('---|');
      expectObservable(fakeRun('-m-')).toBe('-m-', letters);
    }),
  );

  it(
    'takes events and texts of your own',
    marbles(({ expectObservable }) => {
      const run$ = fakeRun('a-b-t|', { a: 'Hel', b: { type: 'text-delta', delta: 'lo ' } });
      expectObservable(run$.pipe(textOnly())).toBe('a-b-c|', { a: 'Hel', b: 'lo ', c: 'text ' });
    }),
  );

  it(
    'breaks off as a stream does, or with an error of your own',
    marbles(({ expectObservable }) => {
      const interrupted = new StreamInterruptedError(
        'the stream of run 123 broke off: so the marbles say',
        { run_id: 123, delivered: { events: 2, characters: 5 } },
      );
      expectObservable(fakeRun('mt#')).toBe('mt#', letters, interrupted);
      expectObservable(fakeRun('m#', {}, 'mine')).toBe('m#', letters, 'mine');
    }),
  );

  it(
    'is cold, and lets go',
    marbles(({ expectObservable }) => {
      const run$ = fakeRun('m-t-(d|)');
      expectObservable(run$, '^--!').toBe('m-t', letters);
      expectObservable(run$, '--^').toBe('--m-t-(d|)', letters);
    }),
  );

  it('goes by the timers elsewhere, a millisecond a frame', async () => {
    const factor = TestScheduler.frameTimeFactor;
    expect(await lastValueFrom(fakeRun('m-t-t-(d|)').pipe(collectRun()))).toMatchObject({
      run_id: 123,
      text: 'text text ',
      stop_reason: 'end_turn',
    });
    jest.useFakeTimers();
    try {
      const seen: string[] = [];
      const subscription = fakeRun('m 59s t').subscribe(({ type }) => seen.push(type));
      jest.advanceTimersByTime(59_000);
      expect(seen).toEqual(['metadata']);
      jest.advanceTimersByTime(1);
      expect(seen).toEqual(['metadata', 'text-delta']);
      subscription.unsubscribe();
      expect(jest.getTimerCount()).toBe(0);
    } finally {
      jest.useRealTimers();
    }
    expect(TestScheduler.frameTimeFactor).toBe(factor);
  });

  it('refuses a letter that stands for nothing, and says which there are', () => {
    expect(() => fakeRun('m-z-|')).toThrow(InvalidArgumentError);
    expect(() => fakeRun('m-z-|')).toThrow(/stands for nothing, z: .* m t h p/);
    expect(() => fakeRun('m-z-|', { z: 'zed' })).not.toThrow();
  });
});
