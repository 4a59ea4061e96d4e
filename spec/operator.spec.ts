import { concatMap, EMPTY, Observable, of, Subject, Subscriber, take, throwError } from 'rxjs';
import { handOn, inner, operator, type Handlers } from '../lib/operator';
import { marbles } from './helpers/marbles';
import { overheard } from './helpers/overheard';

/** An operator that passes letters on in capitals, and does what else it is told. */
const capitals = (more: Partial<Handlers<string>> = {}) =>
  operator<string, string>((subscriber) => ({
    next: (letter) => subscriber.next(letter.toUpperCase()),
    ...more,
  }));

const failure = new RangeError('of the operator');
const throwing = (): never => {
  throw failure;
};

/** What a subscriber is told of a source, in order, while it is subscribed to. */
const toldBy = (source: Observable<unknown>): readonly unknown[] => {
  const told: unknown[] = [];
  source.subscribe({
    next: (value) => told.push(value),
    error: (error) => told.push({ error }),
    complete: () => told.push('complete'),
  });
  return told;
};

describe('operator', () => {
  it(
    'does with values what `next` does, and passes the rest on',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const whole = cold('  --a-b-|');
      const broken = cold(' --a-b-#');
      const subs = '        ^-----!';
      expectObservable(whole.pipe(capitals())).toBe('--A-B-|');
      expectObservable(broken.pipe(capitals())).toBe('--A-B-#');
      expectSubscriptions(whole.subscriptions).toBe(subs);
      expectSubscriptions(broken.subscriptions).toBe(subs);
    }),
  );

  it(
    'leaves the end to those handlers that take it',
    marbles(({ cold, expectObservable }) => {
      const last = operator<string, string>((subscriber) => {
        let latest = '';
        const tell = (): void => {
          subscriber.next(latest);
          subscriber.complete();
        };
        return { next: (letter) => (latest = letter), error: tell, complete: tell };
      });
      expectObservable(cold('--a-b-|').pipe(last)).toBe('------(b|)');
      expectObservable(cold('--a-b-#').pipe(last)).toBe('------(b|)');
    }),
  );

  it(
    'lets go of its source when its subscriber does, or is done',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const left = cold('   --a-b-c-|');
      const unsub = '       -----!';
      const enough = cold(' --a-b-c-|');
      expectObservable(left.pipe(capitals()), unsub).toBe('--A-B-');
      expectSubscriptions(left.subscriptions).toBe('       ^----!');
      expectObservable(enough.pipe(capitals(), take(2))).toBe('--A-(B|)');
      expectSubscriptions(enough.subscriptions).toBe('     ^---!');
    }),
  );

  it(
    'makes its state for each subscription',
    marbles(({ hot, expectObservable }) => {
      const counted = operator<string, number>((subscriber) => {
        let count = 0;
        return { next: () => subscriber.next(count++) };
      });
      const source = hot('a-b-c-|').pipe(counted);
      const counts = [0, 1, 2];
      expectObservable(source).toBe('       0-1-2-|', counts);
      expectObservable(source, '-^').toBe(' --0-1-|', counts);
    }),
  );

  it('stops a source that emits at once', () => {
    let read = 0;
    const letters = new Observable<string>((subscriber) => {
      for (const letter of 'abcdefghij') {
        if (subscriber.closed) return;
        read += 1;
        subscriber.next(letter);
      }
      subscriber.complete();
    });
    expect(toldBy(letters.pipe(capitals(), take(3)))).toEqual(['A', 'B', 'C', 'complete']);
    expect(read).toBe(3);
  });

  describe('makes an error of what is thrown', () => {
    it.each<[string, Partial<Handlers<string>>, Observable<string>]>([
      ['by `next`', { next: throwing }, of('a', 'b')],
      ['by `complete`', { complete: throwing }, EMPTY],
      [
        'by `error`',
        { error: throwing },
        new Observable((subscriber) => subscriber.error(new TypeError('of the source'))),
      ],
      ['by its source', {}, new Observable(throwing)],
    ])('%s', async (_, handlers, source) => {
      const hook = await overheard(() => {
        expect(toldBy(source.pipe(capitals(handlers)))).toEqual([{ error: failure }]);
      });
      expect(hook).toEqual([]);
    });

    it('when its handlers are made', async () => {
      const hook = await overheard(() => {
        expect(toldBy(of('a').pipe(operator(throwing)))).toEqual([{ error: failure }]);
      });
      expect(hook).toEqual([]);
    });

    it('and throws nothing at its source, which it lets go of', async () => {
      const hook = await overheard(() => {
        const letters = new Subject<string>();
        const told = toldBy(letters.pipe(capitals({ next: throwing })));
        expect(() => letters.next('a')).not.toThrow();
        expect(letters.observed).toBe(false);
        expect(told).toEqual([{ error: failure }]);
      });
      expect(hook).toEqual([]);
    });
  });

  it('leaves to the hook what its subscriber throws, as RxJS does', async () => {
    const hook = await overheard(() => of('a').pipe(capitals()).subscribe(throwing));
    expect(hook).toEqual([failure]);
  });
});

describe('inner', () => {
  it('reads on after its subscriber, until it is let go of itself', () => {
    const letters = new Subject<string>();
    const told: string[] = [];
    const outer = new Subscriber<never>();
    const within = inner<string>(outer, { next: (letter) => told.push(letter) });
    letters.subscribe(within);
    outer.unsubscribe();
    letters.next('a');
    within.unsubscribe();
    letters.next('b');
    expect(told).toEqual(['a']);
    expect(letters.observed).toBe(false);
  });
});

describe('handOn', () => {
  it(
    'is what comes of the first value, and lets go of where that came from',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold(' --r---|');
      const rest = cold('     a-b-|');
      const expected = '    --a-b-|';
      expectObservable(source.pipe(handOn(() => rest))).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe('^-!');
      expectSubscriptions(rest.subscriptions).toBe('  --^---!');
    }),
  );

  it(
    'lets go of whichever it is at',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const early = cold('--r');
      const source = cold('--r');
      const rest = cold('    a-b');
      expectObservable(early.pipe(handOn(() => rest)), '^!').toBe('--');
      expectObservable(source.pipe(handOn(() => rest)), '^--!').toBe('--a-');
      expectSubscriptions(early.subscriptions).toBe('^!');
      expectSubscriptions(rest.subscriptions).toBe('--^!');
    }),
  );

  it.each([
    ['the source fails', throwError(() => failure), () => EMPTY],
    ['what comes of it fails', of('r'), () => throwError(() => failure)],
    ['the project throws', of('r'), throwing],
    ['there is no value', EMPTY, throwing],
    ['there are many', of('a', 'b', 'c'), (value: string) => of(value, value)],
  ])('tells what `concatMap` tells of a first value: %s', (_, source, project) => {
    const first = source.pipe(take(1), concatMap(project));
    expect(toldBy(source.pipe(handOn(project)))).toEqual(toldBy(first));
  });

  it('stops a synchronous source, on both sides', () => {
    const counted = (seen: string[]) =>
      new Observable<string>((subscriber) => {
        for (const letter of ['a', 'b', 'c']) {
          if (subscriber.closed) return;
          seen.push(letter);
          subscriber.next(letter);
        }
      });
    const [outer, within]: [string[], string[]] = [[], []];
    expect(
      toldBy(
        counted(outer).pipe(
          handOn(() => counted(within)),
          take(1),
        ),
      ),
    ).toEqual(['a', 'complete']);
    expect([outer, within]).toEqual([['a'], ['a']]);
  });
});
