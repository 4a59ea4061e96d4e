import {
  concat,
  concatMap,
  filter,
  from,
  map,
  NEVER,
  of,
  Subject,
  throwError,
  timer,
  type Observable,
} from 'rxjs';
import { ApiError, ConnectionError, type RunEvent } from 'm8tes-rx';
import { memoryLog, type RunLog } from 'm8tes-rx/relay';
import { decodeEvent } from '../../lib/events/decode';
import { begin, type Begun } from '../../lib/relay/begin';
import { attend, type Attending, type Desk } from '../../lib/relay/office';
import { leftovers } from '../helpers/leftovers';
import { told, toldBy } from '../helpers/told';
import { deltas, entriesOf, framesOf, held, kept, textOf } from './logs';

const done: RunEvent = { type: 'done' };
const talk = [...deltas('a', 'b'), done];

const collected = async (source: Observable<RunEvent> | undefined): Promise<string> =>
  source === undefined ? '' : textOf((await told(source)).values);

/** An API that tells the rest of a run, and takes down after what it was asked to. */
const aDesk = (events: readonly RunEvent[] = talk, more: Partial<Desk> = {}) => {
  const joins: string[] = [];
  const desk: Desk = {
    log: memoryLog(),
    lease: 60_000,
    join: (_, { after }) =>
      from(collected(after)).pipe(
        concatMap((before) => {
          joins.push(before);
          const heard = events.findIndex((_, at) => textOf(events.slice(0, at)) === before);
          return from(events.slice(before === '' ? 0 : heard));
        }),
      ),
    isOver: () => of(true),
    release: (...args) => void desk.log.release(...args),
    ...more,
  };
  return { desk, joins };
};

const begun = (events: Observable<RunEvent>): Begun => toldBy(begin(events, 7)).values[0]!;
const content = async (log: RunLog) =>
  textOf((await held(log, '7')).map(({ data }) => decodeEvent(data)));
const attended = (desk: Desk, how?: Attending) => told(attend(desk, 7, how));
const moment = () => new Promise((resolve) => setTimeout(resolve, 5));

describe('attend', () => {
  leftovers();

  it('pumps a stream that has begun, into a log of its own', async () => {
    const { desk, joins } = aDesk();
    const over = await attended(desk, { begun: begun(from(talk)) });
    expect(over).toEqual({ values: [undefined], ended: 'completed' });
    expect([await content(desk.log), (await desk.log.stat('7'))?.end]).toEqual(['ab', 'ended']);
    expect(joins).toEqual([]);
  });

  it('joins a run after what its log holds', async () => {
    const { desk, joins } = aDesk();
    await kept(desk.log, '7', deltas('a'));
    await attended(desk);
    expect([joins, await content(desk.log)]).toEqual([['a'], 'ab']);
  });

  it('joins a run from its beginning where the log is empty', async () => {
    const { desk, joins } = aDesk();
    await attended(desk);
    expect([joins, await content(desk.log)]).toEqual([[''], 'ab']);
  });

  it('lets go of a stream where the log has more than its beginning', async () => {
    const { desk, joins } = aDesk();
    await kept(desk.log, '7', deltas('a'));
    const stream = new Subject<RunEvent>();
    await attended(desk, { begun: begun(concat(from(talk), stream)) });
    expect([joins, await content(desk.log), stream.observed]).toEqual([['a'], 'ab', false]);
  });

  it('waits where the office is held, until it is vacant, and takes over', async () => {
    const { desk, joins } = aDesk(talk, { lease: 40 });
    await desk.log.acquire('7', 'other', 60);
    const stream = new Subject<RunEvent>();
    const over = attended(desk, { begun: begun(concat(of(talk[0]!), stream)) });
    await moment();
    expect(stream.observed).toBe(false);
    expect((await over).values.length).toBeGreaterThan(1); // there is a log, each time it looked
    expect([joins, await content(desk.log)]).toEqual([[''], 'ab']);
  });

  it('has nothing to do where the log is closed', async () => {
    const { desk, joins } = aDesk();
    await kept(desk.log, '7', talk, 'ended');
    expect(await attended(desk)).toEqual({ values: [undefined], ended: 'completed' });
    expect(joins).toEqual([]);
  });

  it.each([0, 1])(
    'keeps a stream where the log tells only at another try what it held, after %d entries',
    async (count) => {
      const { desk, joins } = aDesk();
      await kept(desk.log, '7', talk, 'ended');
      let reads = 0;
      const away = throwError(() => new Error('away'));
      const log: RunLog = {
        ...desk.log,
        read: (...args) =>
          ++reads > 1
            ? desk.log.read(...args)
            : concat(
                of({ type: 'entries' as const, gen: 'g', entries: entriesOf(talk) }).pipe(
                  map((told) => ({ ...told, entries: told.entries.slice(0, count) })),
                  filter(({ entries }) => entries.length > 0),
                ),
                away,
              ),
      };
      await attended(
        { ...desk, log },
        { begun: begun(from([...deltas('c'), done])), reopen: 'reply' },
      );
      expect([joins, await content(log)]).toEqual([[], 'abc']);
      const printed = (await held(log, '7')).map(({ fingerprint }) => fingerprint);
      expect(printed).toEqual(
        framesOf([...talk, ...deltas('c'), done]).map(({ fingerprint }) => fingerprint),
      );
    },
  );

  it('lets go of a stream where what the log held cannot be read, and joins the run', async () => {
    const { desk, joins } = aDesk([...talk, ...deltas('c'), done]);
    await kept(desk.log, '7', talk, 'ended');
    let reads = 0;
    const log: RunLog = {
      ...desk.log,
      read: (...args) =>
        ++reads <= 4 ? throwError(() => new Error('away')) : desk.log.read(...args),
    };
    const stream = new Subject<RunEvent>();
    const answer = begun(concat(of(done), stream));
    await attended({ ...desk, log }, { begun: answer, reopen: 'reply' });
    expect([joins, await content(log), stream.observed]).toEqual([['ab'], 'abc', false]);
  });

  it('goes on in a log that was closed behind the last turn, with the turn of a reply', async () => {
    const { desk, joins } = aDesk();
    await kept(desk.log, '7', talk, 'ended');
    await attended(desk, { begun: begun(from([...deltas('c'), done])), reopen: 'reply' });
    expect([joins, await content(desk.log)]).toEqual([[], 'abc']);
    expect((await held(desk.log, '7')).map(({ pos }) => pos)).toEqual([1, 2, 3, 4, 5]);
  });

  it('joins a run that was replied to where its log was not closed: it may lack something', async () => {
    const { desk, joins } = aDesk([...deltas('a', 'b', 'c'), done]);
    await kept(desk.log, '7', deltas('a'));
    const stream = new Subject<RunEvent>();
    await attended(desk, { begun: begun(concat(of(deltas('c')[0]!), stream)), reopen: 'reply' });
    expect([joins, await content(desk.log), stream.observed]).toEqual([['a'], 'abc', false]);
  });

  it('goes on with the next turn of a run that is not over behind its stream', async () => {
    const { desk, joins } = aDesk([...talk, ...deltas('c'), done], { isOver: () => of(false) });
    await attended(desk, { begun: begun(from(talk)) });
    expect(joins).toEqual(['ab']);
    expect((await desk.log.stat('7'))?.end).toBe('ended');
  });

  it('asks again where the API is away, some times, and gives the office up meanwhile', async () => {
    jest.useFakeTimers();
    try {
      const away = new ConnectionError('away');
      const join = jest.fn(() => throwError(() => away));
      const { desk } = aDesk([], { join });
      const over = toldBy(attend(desk, 7));
      await jest.advanceTimersByTimeAsync(10);
      expect((await desk.log.stat('7'))?.held).toBe(0);
      await jest.advanceTimersByTimeAsync(60_000);
      expect(over).toMatchObject({ ended: 'failed', error: away });
      expect(join).toHaveBeenCalledTimes(5);
    } finally {
      jest.useRealTimers();
    }
  });

  it('counts only failures in a row: an event makes up for them', async () => {
    jest.useFakeTimers();
    try {
      let joins = 0;
      const join: Desk['join'] = (_, { after }) =>
        from(collected(after)).pipe(
          concatMap((before) => {
            const letter = deltas('abcdefghij'[joins++]!);
            return before.length < 9
              ? concat(
                  from(letter),
                  timer(10).pipe(concatMap(() => throwError(() => new ConnectionError('away')))),
                )
              : from([...letter, done]);
          }),
        );
      const { desk } = aDesk([], { join });
      const over = toldBy(attend(desk, 7));
      await jest.advanceTimersByTimeAsync(60_000);
      expect(over.ended).toBe('completed');
      expect(await content(desk.log)).toBe('abcdefghij');
    } finally {
      jest.useRealTimers();
    }
  });

  it.each(['missing', 'conflict', 'unauthorized'] as const)(
    'does not ask again what the API refuses: %s',
    async (kind) => {
      const refusal = new ApiError('no', { kind, status: 400 });
      const join = jest.fn(() => throwError(() => refusal));
      const { desk } = aDesk([], { join });
      expect(await attended(desk)).toMatchObject({ error: refusal });
      expect(join).toHaveBeenCalledTimes(1);
      expect((await desk.log.stat('7'))?.held).toBe(0);
    },
  );

  it('gives the office up, and the stream, when it is left', async () => {
    const { desk } = aDesk();
    const stream = new Subject<RunEvent>();
    const subscription = attend(desk, 7, { begun: begun(concat(from(talk), stream)) }).subscribe();
    await moment();
    expect((await desk.log.stat('7'))?.held).toBeGreaterThan(0);
    subscription.unsubscribe();
    await moment();
    expect([(await desk.log.stat('7'))?.held, stream.observed]).toEqual([0, false]);
  });

  it('lets go of a stream when it is left before the log answers', () => {
    const log: RunLog = { ...memoryLog(), acquire: () => new Promise(() => {}) };
    const { desk } = aDesk(talk, { log });
    const stream = new Subject<RunEvent>();
    attend(desk, 7, { begun: begun(concat(from(talk), stream)) })
      .subscribe()
      .unsubscribe();
    expect(stream.observed).toBe(false);
  });

  it('is one’s of many who attend at once', async () => {
    const { desk, joins } = aDesk(talk, { lease: 50 });
    const all = [attended(desk), attended(desk), attended(desk)];
    await Promise.all(all);
    expect([joins, await content(desk.log)]).toEqual([[''], 'ab']);
  });

  it('takes nothing for an ending', async () => {
    const { desk } = aDesk(talk, { join: () => NEVER });
    let isOver = false;
    const subscription = attend(desk, 7).subscribe({ complete: () => (isOver = true) });
    await moment();
    expect(isOver).toBe(false);
    expect((await desk.log.stat('7'))?.end).toBe(undefined);
    subscription.unsubscribe();
  });
});
