import {
  concat,
  concatMap,
  defer,
  EMPTY,
  firstValueFrom,
  from,
  NEVER,
  of,
  Subject,
  throwError,
  timer,
  toArray,
  type Observable,
} from 'rxjs';
import { ApiError, type RunEvent } from 'm8tes-rx';
import { memoryLog, type RunLog } from 'm8tes-rx/relay';
import { decodeEvent } from '../../lib/events/decode';
import { viewers, type Opened, type ViewersOptions } from '../../lib/relay/viewers';
import type { Told } from '../../lib/relay/watch';
import { leftovers } from '../helpers/leftovers';
import { told, toldBy } from '../helpers/told';
import { deltas, kept, markOf, textOf } from './logs';

const done: RunEvent = { type: 'done' };
const metadata: RunEvent = { type: 'metadata', payload: { run_id: 7 } };
const moment = () => new Promise((resolve) => setTimeout(resolve, 5));

const among = (more: Partial<ViewersOptions> = {}) => {
  let replies = 0;
  const { reply, ...others } = viewers({
    ...{ log: memoryLog(), lease: 60_000, linger: 30 },
    join: () => throwError(() => new Error('nobody joins')),
    isOver: () => of(true),
    ...more,
  });
  return {
    ...others,
    reply: (run_id: number, source: Observable<RunEvent>, key = `reply ${++replies}`) =>
      reply(run_id, source, key),
  };
};

const toldOf = async (opened: Observable<Opened>): Promise<string> =>
  said(await firstValueFrom((await firstValueFrom(opened)).told().pipe(toArray())));
const said = (all: readonly Told[]): string =>
  all
    .map((one) =>
      one.type === 'end'
        ? `(${one.end})`
        : textOf(one.entries.map(({ data }) => decodeEvent(data))),
    )
    .join('');

/** What an opening gives, once something has been done behind its subscription. */
const firstOf = async (opened: Observable<Opened>, then: () => void): Promise<Opened> => {
  const first = firstValueFrom(opened);
  then();
  return first;
};

describe('viewers', () => {
  leftovers();

  it('are told a new run, all of them', async () => {
    const source = new Subject<RunEvent>();
    const { start, existing, close } = among();
    const opened = start(source);
    const first = toldOf(opened);
    source.next(metadata);
    await moment();
    const second = toldOf(existing(7));
    deltas('a', 'b').forEach((event) => source.next(event));
    source.next(done);
    source.complete();
    expect(await Promise.all([first, second])).toEqual(['ab(ended)', 'ab(ended)']);
    await close();
  });

  it('read a run once, however many of them come to it at once', async () => {
    let joins = 0;
    const source = new Subject<RunEvent>();
    const join = (): Observable<RunEvent> => {
      joins++;
      return source;
    };
    const { existing, close } = among({ join });
    const all = Array.from({ length: 20 }, () => toldOf(existing(7)));
    await moment();
    deltas('a').forEach((event) => source.next(event));
    await moment();
    all.push(toldOf(existing(7)));
    source.next(done);
    source.complete();
    expect(new Set(await Promise.all(all))).toEqual(new Set(['a(ended)']));
    expect(joins).toBe(1);
    await close();
  });

  it('are told of a run that is refused, each of them, and it may be asked for again', async () => {
    const error = new Error('no such run');
    let joins = 0;
    const join = (): Observable<RunEvent> => {
      joins++;
      return throwError(() => error);
    };
    const { existing, close } = among({ join });
    expect(await told(existing(7))).toMatchObject({ error });
    expect(await told(existing(7))).toMatchObject({ error });
    expect(joins).toBe(2);
    await close();
  });

  it('leave a run to be read for a while, then it is let go', async () => {
    const log = memoryLog();
    const source = new Subject<RunEvent>();
    const { start, close } = among({ log });
    const opened = await firstValueFrom(start(concat(of(metadata), source)));
    const subscription = opened.told().subscribe();
    await moment();
    subscription.unsubscribe();
    expect(source.observed).toBe(true);
    while (source.observed) await moment();
    await moment();
    expect((await log.stat('7'))?.held).toBe(0);
    await close();
  });

  it('are not needed where a run is kept', async () => {
    const log = memoryLog();
    const source = new Subject<RunEvent>();
    const { start, close } = among({ log, linger: 1 });
    await firstValueFrom(start(concat(of(metadata), source), { keep: true }));
    await moment();
    await moment();
    expect(source.observed).toBe(true);
    source.next(done);
    source.complete();
    while ((await log.stat('7'))?.end === undefined) await moment();
    await close();
  });

  it('who leave before a run has begun, leave it alone', async () => {
    const log = memoryLog();
    const source = new Subject<RunEvent>();
    const { start, close } = among({ log, linger: 60_000 });
    start(source).subscribe().unsubscribe();
    expect(source.observed).toBe(true);
    from([metadata, ...deltas('a'), done]).subscribe((event) => source.next(event));
    source.complete();
    while ((await log.stat('7'))?.end === undefined) await moment();
    expect((await log.stat('7'))?.at.pos).toBe(3);
    await close();
  });

  it('are told a run to the end that ended before it said which it is', async () => {
    const { start, close } = among();
    expect(await toldOf(start(of({ type: 'cancelled' } as const)))).toBe('(ended)');
    await close();
  });

  it('of a reply are told its turn', async () => {
    const log = memoryLog();
    await kept(log, '7', [metadata, ...deltas('first'), done], 'ended');
    const { reply, existing, close } = among({ log });
    expect(await toldOf(reply(7, from([metadata, ...deltas('second'), done])))).toBe(
      'second(ended)',
    );
    expect(await toldOf(existing(7))).toBe('firstsecond(ended)');
    await close();
  });

  describe('of a reply that comes before the turn has ended', () => {
    const turn = (...texts: readonly string[]) => [metadata, ...deltas(...texts), done];
    /** A run whose turn is on its way, and a reply whose turn is over before that has ended. */
    const queued = async (isOver: () => Observable<boolean>) => {
      const source = new Subject<RunEvent>();
      const log = memoryLog();
      const { start, reply, close } = among({ log, isOver });
      const viewer = toldOf(start(source));
      [metadata, ...deltas('first ')].forEach((event) => source.next(event));
      await moment();
      const its = toldOf(reply(7, from(turn('second'))));
      await moment();
      return { source, log, viewer, its, close };
    };

    it('are told both, where the run goes on', async () => {
      let asked = 0;
      const { source, viewer, its, close } = await queued(() => defer(() => of(++asked > 1)));
      source.next(done);
      source.complete();
      expect(await its).toBe('second(ended)');
      expect(await viewer).toBe('first second(ended)');
      await close();
    });

    it('are told it in a log that was closed behind the turn', async () => {
      const { source, viewer, its, close } = await queued(() => of(true));
      source.next(done);
      source.complete();
      expect([await viewer, await its]).toEqual(['first (ended)', 'second(ended)']);
      await close();
    });

    it('are told it once, where the run’s own stream goes on with it', async () => {
      const { source, log, viewer, its, close } = await queued(() => of(true));
      [done, ...turn('second')].forEach((event) => source.next(event));
      source.complete();
      expect([await viewer, await its]).toEqual(['first second(ended)', 'second(ended)']);
      expect((await log.stat('7'))?.at.pos).toBe(6);
      await close();
    });

    it('are told it by whoever joins the run where the log has lost what was before', async () => {
      let isOver = false;
      let joined = 0;
      const log = memoryLog();
      const losing: RunLog = {
        ...log,
        // What is asked for again is behind: it has lost its last entry.
        acquire: async (...asked) => {
          const answer = await log.acquire(...asked);
          if (answer.type !== 'yours' || answer.epoch === 1) return answer;
          return { ...answer, at: markOf([metadata, ...deltas('first ')]) };
        },
        append: async (asked) =>
          asked.epoch > 1 ? { type: 'closed', pos: 0, end: 'ended' } : log.append(asked),
      };
      const source = new Subject<RunEvent>();
      const join = (): Observable<RunEvent> => {
        joined++;
        return EMPTY;
      };
      const { start, reply, close } = among({ log: losing, join, isOver: () => of(isOver) });
      const viewer = toldBy((await firstOf(start(source), () => source.next(metadata))).told());
      source.next(deltas('first ')[0]!);
      await moment();
      const its = toldBy((await firstValueFrom(reply(7, from(turn('second'))))).told());
      source.next(done);
      source.complete();
      await moment();
      await moment();
      isOver = true;
      expect(joined).toBe(1);
      expect([said(viewer.values), said(its.values)]).toEqual(['first ', '']);
      await close();
    });
  });

  it('of a reply are told nothing twice where its turn breaks off', async () => {
    const log = memoryLog();
    await kept(log, '7', [metadata, ...deltas('first'), done], 'ended');
    const refused = new ApiError('no', { kind: 'unauthorized', status: 401 });
    const join = () => timer(20).pipe(concatMap(() => throwError(() => refused)));
    const { reply, close } = among({ log, join });
    const source = new Subject<RunEvent>();
    const opened = await firstValueFrom(
      reply(7, concat(of(metadata, ...deltas('second')), source)),
    );
    const viewer = told(opened.told());
    while ((await log.stat('7'))?.at.pos !== 5) await moment();
    await moment();
    source.error(refused);
    const { values, error } = await viewer;
    expect([said(values), error]).toEqual(['second', refused]);
    await close();
  });

  it('of a reply to a run that is not kept are told it past any log', async () => {
    const log = memoryLog();
    const { reply, close } = among({ log });
    expect(await toldOf(reply(7, from([...deltas('second'), done])))).toBe('second(ended)');
    expect(await log.stat('7')).toBe(undefined);
    await close();
  });

  it.each(['interrupted', 'full'] as const)(
    'of a reply to a run whose log takes no more (%s) are told it past that',
    async (end) => {
      const log = memoryLog({ limit: 200 });
      await kept(log, '7', [metadata, ...deltas('first')]);
      const more = end === 'full' ? ['first', 'f'.repeat(300)] : ['first'];
      await kept(log, '7', [metadata, ...deltas(...more)], 'interrupted');
      expect((await log.stat('7'))?.end).toBe(end);
      const { reply, close } = among({ log });
      expect(await toldOf(reply(7, from([...deltas('second'), done])))).toBe('second(ended)');
      await close();
    },
  );

  it('of a reply past any log let it go: who leaves before it is told, and all when it is closed', async () => {
    const answer = () => {
      const source = new Subject<RunEvent>();
      return { source, stream: concat(of(metadata), source) };
    };
    const { reply, close } = among();
    const never = answer();
    await firstValueFrom(reply(7, never.stream)); // and nobody asks what it tells
    expect(never.source.observed).toBe(true);
    while (never.source.observed) await moment();

    const [watched, untold, beginning] = [answer(), answer(), answer()];
    const viewer = toldBy((await firstValueFrom(reply(7, watched.stream))).told());
    await new Promise((resolve) => setTimeout(resolve, 40));
    expect(watched.source.observed).toBe(true); // it is watched, however long
    await firstValueFrom(reply(7, untold.stream));
    const begun = told(reply(7, beginning.source));
    while (!beginning.source.observed) await moment();
    await close();
    expect([viewer.ended, viewer.values.length]).toEqual(['completed', 1]);
    for (const { source } of [watched, untold, beginning]) expect(source.observed).toBe(false);
    expect(await begun).toEqual({ values: [], ended: 'completed' });
  });

  it('of a reply that had to queue are told the next turn, whoever pumps it', async () => {
    const log = memoryLog();
    const [, b] = deltas('first', 'second');
    const run = new Subject<RunEvent>();
    const { start, reply, close } = among({ log, isOver: () => of(true) });
    const opened = await firstValueFrom(start(concat(of(metadata, deltas('first')[0]!), run)));
    const whole = firstValueFrom(opened.told().pipe(toArray())).then(said);
    await moment();
    const queued = new Subject<RunEvent>();
    const second = toldOf(reply(7, queued));
    await moment();
    run.next(done);
    for (const event of [metadata, b!]) {
      run.next(event);
      queued.next(event);
    }
    run.next(done);
    run.complete();
    expect(await second).toBe('second(ended)');
    expect(await whole).toBe('firstsecond(ended)');
    expect(queued.observed).toBe(false);
    await close();
  });

  it('finds the turn of a reply whose log was closed just then', async () => {
    const log = memoryLog();
    const first: readonly RunEvent[] = [metadata, ...deltas('first'), done];
    await kept(log, '7', first); // open: its pump is about to close it
    const { reply, close } = among({
      log,
      lease: 20,
      join: () => from([metadata, ...deltas('second'), done]),
    });
    const source = new Subject<RunEvent>();
    const holder = await log.acquire('7', 'pump', 60_000);
    const second = toldOf(reply(7, concat(of(metadata, ...deltas('second')), source)));
    await moment();
    const epoch = holder.type === 'yours' ? holder.epoch : 0;
    await log.append({
      run: '7',
      owner: 'pump',
      epoch,
      from: 3,
      frames: [],
      lease: 1,
      close: 'ended',
    });
    expect(await second).toBe('second(ended)');
    await close();
  });

  it('are all let go when it is closed, and so are the runs', async () => {
    const log = memoryLog();
    const source = new Subject<RunEvent>();
    const { start, existing, close } = among({ log });
    const opened = await firstValueFrom(start(concat(of(metadata), source)));
    const viewer = toldBy(opened.told());
    await moment();
    await close();
    expect([viewer.ended, source.observed]).toEqual(['completed', false]);
    expect((await log.stat('7'))?.held).toBe(0);
    expect(toldBy(start(NEVER)).ended).toBe('completed');
    expect(await told((await firstValueFrom(existing(7))).told())).toMatchObject({ values: [] });
  });

  it('of a reply that is repeated on another machine add nothing to the log', async () => {
    const log = memoryLog();
    await kept(log, '7', [metadata, ...deltas('first'), done], 'ended');
    const second = (): Observable<RunEvent> => from([metadata, ...deltas('second'), done]);
    const here = among({ log });
    expect(await toldOf(here.reply(7, second(), 'same'))).toBe('second(ended)');
    const there = among({ log });
    const opened = await firstValueFrom(there.reply(7, second(), 'same'));
    expect(await told(opened.told())).toMatchObject({ values: [], ended: 'failed' }); // a cut: it is healed
    expect(await toldOf(there.existing(7))).toBe('firstsecond(ended)');
    await Promise.all([here.close(), there.close()]);
  });
});
