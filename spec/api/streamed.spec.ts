import {
  config,
  filter,
  firstValueFrom,
  NEVER,
  of,
  Subject,
  take,
  takeWhile,
  throwError,
  type Observable,
} from 'rxjs';
import { done as ended, text as say, wait, type LocalServer, type Script } from 'm8tes-rx/testing';
import type { Api } from '../../lib/api/Api';
import type { LeaveOptions } from '../../lib/api/options';
import { cancelOnUnsubscribe, streamed } from '../../lib/api/streamed';
import { ApiError, ConnectionError } from '../../lib/errors';
import type { RunEvent } from '../../lib/events/RunEvent';
import { responseOf } from '../../lib/http/fetching';
import type { TransportResponse } from '../../lib/http/Transport';
import { leftovers } from '../helpers/leftovers';
import { marbles } from '../helpers/marbles';
import { settled, told, until } from '../http/holding';
import { anApi, aRun, json, sending } from './answering';
import { calling, KEY } from './calling';

const sample = 'data: {"type":"metadata","payload":{"run_id":7}}\n\ndata: {"type":"done"}\n\n';
const events = [{ type: 'metadata', payload: { run_id: 7 } }, { type: 'done' }];

/** A stream, and what is sent when it is left. */
const streaming = (
  options: LeaveOptions = {},
  more: Partial<Api> = {},
  cancelled: Observable<TransportResponse> = of(json(aRun({ status: 'cancelled' }))),
) => {
  const { send, asked } = sending(() => cancelled);
  const onLog = jest.fn();
  const open = jest.fn(() => of({ response: responseOf(new Response(sample)) }));
  const events$ = streamed(
    anApi(send, { onLog, ...more }),
    { open, turn: 'first', runId: () => of(8), user_id: 'ada' },
    options,
  );
  return { events$, asked, onLog, open };
};

describe('streamed', () => {
  it('gives the events of a stream that is opened for each subscriber', async () => {
    const { events$, open, asked } = streaming();
    expect(open).not.toHaveBeenCalled();
    expect(await told(events$)).toEqual({ values: events });
    expect(await told(events$)).toEqual({ values: events });
    expect(open).toHaveBeenCalledTimes(2);
    expect(asked).toEqual([]);
  });

  it.each<[string, LeaveOptions, Partial<Api>, number]>([
    ['nothing is said', {}, {}, 0],
    ['the client says so', {}, { onUnsubscribe: 'cancel' }, 1],
    ['the call says so', { onUnsubscribe: 'cancel' }, {}, 1],
    ['the call says no', { onUnsubscribe: 'detach' }, { onUnsubscribe: 'cancel' }, 0],
  ])('when it is left and %s, cancels', async (_, options, more, times) => {
    const { events$, asked } = streaming(options, more);
    await told(events$.pipe(take(1)));
    expect(asked).toMatchObject(
      Array.from({ length: times }, () => ({
        method: 'POST',
        path: '/runs/7/cancel',
        query: { user_id: 'ada' },
        repeatable: false,
      })),
    );
    await told(events$); // to its end: there is nothing to cancel
    expect(asked).toHaveLength(times);
  });

  it('asks whose it is when it is left before an event has said so', () => {
    const { events$, asked } = streaming({ onUnsubscribe: 'cancel' }, { watched: () => NEVER });
    events$.subscribe().unsubscribe();
    expect(asked).toEqual([]); // nothing was begun
    const silent = streaming({ onUnsubscribe: 'cancel' });
    silent.open.mockReturnValue(NEVER);
    silent.events$.subscribe().unsubscribe();
    expect(silent.asked).toMatchObject([{ path: '/runs/8/cancel' }]);
  });

  it.each([
    new Error('no answer'),
    new ConnectionError('no answer'),
    new ApiError('gone', { kind: 'missing', status: 404 }),
  ])('logs that the cancelling failed with %p', async (error) => {
    const cancelled = throwError(() => error);
    const { events$, onLog } = streaming({ onUnsubscribe: 'cancel' }, {}, cancelled);
    await told(events$.pipe(take(1)));
    const message = 'a run that was left could not be cancelled, and may be going on';
    expect(onLog.mock.calls).toEqual([[{ level: 'warn', message, error }]]);
  });

  it('is content with a run that has ended meanwhile', async () => {
    const conflict = new ApiError('over', { kind: 'conflict', status: 409 });
    const cancelled = throwError(() => conflict);
    const { events$, asked, onLog } = streaming({ onUnsubscribe: 'cancel' }, {}, cancelled);
    await told(events$.pipe(take(1)));
    expect([asked.length, onLog.mock.calls]).toEqual([1, []]);
  });

  it('passes what every stream passes on its way out', async () => {
    const watched: Api['watched'] = (source) => source.pipe(take(1));
    expect(await told(streaming({}, { watched }).events$)).toEqual({ values: events.slice(0, 1) });
  });

  it("ends with its signal's reason, and then cancels as it is told", async () => {
    const controller = new AbortController();
    const options = { signal: controller.signal, onUnsubscribe: 'cancel' } as const;
    const { events$, asked } = streaming(options, {
      watched: (source) => {
        queueMicrotask(() => controller.abort('enough'));
        return source;
      },
    });
    expect((await told(events$)).error).toBe('enough');
    expect(asked).toHaveLength(1);
    expect(await told(streaming({ signal: controller.signal }).events$)).toEqual({
      values: [],
      error: 'enough',
    });
  });
});

const begun: RunEvent = { type: 'metadata', payload: { run_id: 7 } };
const text: RunEvent = { type: 'text-delta', delta: 'hi' };
const done: RunEvent = { type: 'done' };

const cancelling = () => {
  const report = jest.fn();
  const cancelled = jest.fn();
  const cancel = jest.fn((_: number | undefined) => {
    cancelled();
    return of('cancelled');
  });
  return { report, cancel, cancelled };
};

describe('cancelOnUnsubscribe', () => {
  it(
    'passes everything on',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const { cancel, report } = cancelling();
      const source = cold('-m-t-#', { m: begun, t: text });
      expectObservable(source.pipe(cancelOnUnsubscribe(cancel, report))).toBe('-m-t-#', {
        m: begun,
        t: text,
      });
      expectSubscriptions(source.subscriptions).toBe('^----!');
    }),
  );

  it.each<[string, (RunEvent | 'end' | 'fail')[], number | undefined, number]>([
    ['before any event', [], undefined, 1],
    ['before the run is known', [text], undefined, 1],
    ['once the run is known', [begun, text], 7, 1],
    ['after the last event', [begun, done], 7, 1],
    ['after the stream has ended', [begun, done, 'end'], undefined, 0],
    ['after the stream has failed', [begun, 'fail'], undefined, 0],
  ])('when it is left %s', (_, steps, run_id, times) => {
    const { cancel, report } = cancelling();
    const source = new Subject<RunEvent>();
    const subscription = source
      .pipe(cancelOnUnsubscribe(cancel, report))
      .subscribe({ error: () => {} });
    for (const step of steps) {
      if (step === 'end') source.complete();
      else if (step === 'fail') source.error(new Error('cut'));
      else source.next(step);
    }
    expect(cancel).not.toHaveBeenCalled();
    subscription.unsubscribe();
    expect(cancel.mock.calls).toEqual(Array.from({ length: times }, () => [run_id]));
    expect(source.observed).toBe(false);
  });

  it('when enough was taken', () => {
    const { cancel, report } = cancelling();
    of(begun, text, done).pipe(cancelOnUnsubscribe(cancel, report), take(2)).subscribe();
    expect(cancel.mock.calls).toEqual([[7]]);
  });

  it('keeps the first run it hears of', () => {
    const { cancel, report } = cancelling();
    const other: RunEvent = { type: 'metadata', payload: { run_id: 8 } };
    of(begun, other, text).pipe(cancelOnUnsubscribe(cancel, report), take(3)).subscribe();
    expect(cancel.mock.calls).toEqual([[7]]);
  });

  it('reports a cancelling that fails to who listens, and to nobody else', () => {
    const unhandled = jest.fn();
    config.onUnhandledError = unhandled;
    const { report } = cancelling();
    const error = new Error('no answer');
    NEVER.pipe(cancelOnUnsubscribe(() => throwError(() => error), report))
      .subscribe()
      .unsubscribe();
    expect(report).toHaveBeenCalledWith(error);
    config.onUnhandledError = null;
    expect(unhandled).not.toHaveBeenCalled();
  });

  describe('on a server', () => {
    const { rejections } = leftovers();
    afterEach(async () => expect(await rejections()).toEqual([]));

    const message = 'hello';
    const cancel = { onUnsubscribe: 'cancel' } as const;
    const talking: Script = function* () {
      yield* say('hi');
      yield* wait(Infinity);
    };
    const statuses = (server: LocalServer) => server.runs().map(({ status }) => status);

    it('leaves the run running, unless it is told otherwise', async () => {
      const { client, server, asked } = await calling({ script: talking });
      await told(client.runs.create({ message }).pipe(take(3)));
      await told(client.runs.join(123).pipe(take(3)));
      await until(() => server.streams() === 0);
      expect([statuses(server), asked('cancel')]).toEqual([['running'], 0]);
    });

    it('cancels the run whose stream was begun, by what the client says', async () => {
      const { client, server, asked } = await calling({ script: talking }, cancel);
      await told(client.runs.create({ message }).pipe(take(2)));
      await until(() => statuses(server)[0] === 'cancelled' && server.streams() === 0);
      expect([asked('create'), asked('cancel'), asked('join')]).toEqual([1, 1, 0]);
    });

    it('leaves the run of a call that says so', async () => {
      const { client, server, asked } = await calling({ script: talking }, cancel);
      const detach = { onUnsubscribe: 'detach' } as const;
      await told(client.runs.create({ message }, detach).pipe(take(2)));
      await until(() => server.streams() === 0);
      expect([statuses(server), asked('cancel')]).toEqual([['running'], 0]);
    });

    it('cancels the run of a call that says so, whichever it is', async () => {
      const { client, server, start } = await calling({ script: talking });
      await told(client.runs.create({ message, user_id: 'ada' }, cancel).pipe(take(2)));
      await told(client.runs.streamText({ message }, cancel).pipe(take(1)));
      const { id, task_id } = await start({}, { key: KEY });
      await told(client.runs.join(id, cancel).pipe(take(1)));
      await told(client.tasks.run(task_id, {}, cancel).pipe(take(2)));
      await until(() => statuses(server).join() === 'cancelled,cancelled,cancelled,cancelled');
      await until(() => server.streams() === 0);
    });

    it('cancels the run of a request that was made and not answered', async () => {
      let sent = 0;
      const { client, server, asked } = await calling(
        { script: talking },
        {
          ...cancel,
          fetch: async (url, init) => {
            const response = await fetch(url, { ...init, signal: null });
            if (sent++ > 0) return response;
            return new Promise(() => {}); // the server has it, and nobody hears of it
          },
        },
      );
      const subscription = client.runs.create({ message }).subscribe();
      await until(() => sent === 1);
      subscription.unsubscribe();
      await until(() => statuses(server)[0] === 'cancelled');
      expect(server.runs()).toHaveLength(1);
      expect(asked('create')).toBe(2); // one key, one run
      const keys = server.requests().map(({ headers }) => headers['idempotency-key']);
      expect(keys[0]).toBe(keys[1]);
    });

    it('sends nothing at all for a run that is left at once', async () => {
      const onLog = jest.fn();
      const { client, server, start } = await calling({ script: talking }, { ...cancel, onLog });
      const { id } = await start({}, { key: KEY });
      const before = server.requests().length;
      client.runs.create({ message }).subscribe().unsubscribe();
      client.runs.join(id).subscribe().unsubscribe();
      client.runs.streamText({ message }).subscribe().unsubscribe();
      client.tasks.run(1).subscribe().unsubscribe();
      await settled();
      expect(server.requests()).toHaveLength(before);
      expect([statuses(server), onLog.mock.calls]).toEqual([['running'], []]);
    });

    it('cancels nothing of a request that was not sent before it was left', async () => {
      const { client, server } = await calling({ script: talking }, cancel);
      const subscription = client.runs.create({ message }, { idempotencyKey: 'a b' }).subscribe({
        error: () => {}, // it cannot be sent
      });
      await settled();
      subscription.unsubscribe();
      await settled();
      expect(server.requests()).toEqual([]);
    });

    it('cancels while it waits to be healed', async () => {
      const { client, server } = await calling(
        { script: talking, faults: [{ on: 'create', cut: { afterEvents: 2 } }] },
        { ...cancel, resume: { delay: 30_000 } },
      );
      const interrupted = firstValueFrom(
        client.connection$.pipe(filter(({ state }) => state === 'interrupted')),
      );
      const subscription = client.runs.create({ message }).subscribe();
      await interrupted;
      subscription.unsubscribe();
      await until(() => statuses(server)[0] === 'cancelled');
      expect(server.streams()).toBe(0);
    });

    it('cancels nothing that has ended, or that was never begun', async () => {
      const { client, asked, server } = await calling({ script: () => say('hi') }, cancel);
      expect((await told(client.runs.create({ message }))).error).toBeUndefined();
      client.runs.create({ message });
      server.fault({ on: 'create', status: 422 });
      expect((await told(client.runs.create({ message }))).error).toBeDefined();
      await settled();
      expect([asked('create'), asked('cancel')]).toEqual([2, 0]);
    });

    it('says nothing of a run that had ended when it was left', async () => {
      const onLog = jest.fn();
      const { client, server, asked } = await calling(
        { script: () => [...say('hi'), ...ended()], faults: [{ on: 'create', neverHangUp: true }] },
        { ...cancel, onLog },
      );
      await told(client.runs.create({ message }).pipe(takeWhile(({ type }) => type !== 'done')));
      await until(() => asked('cancel') === 1 && server.streams() === 0);
      await settled();
      expect([statuses(server), onLog.mock.calls]).toEqual([['completed'], []]);
    });

    it.each([
      [{ status: 500 }, { name: 'ApiError', kind: 'server' }],
      [{ status: 404 }, { name: 'ApiError', kind: 'missing' }],
      [{ reset: 'before-handling' }, { name: 'ConnectionError' }],
    ] as const)('reports that %j met the cancelling, once', async (fault, error) => {
      const onLog = jest.fn();
      const { client, asked } = await calling(
        { script: talking, faults: [{ on: 'cancel', ...fault }] },
        { ...cancel, onLog },
      );
      const ends = await told(client.runs.create({ message }).pipe(take(2)));
      expect(ends.error).toBeUndefined();
      await until(() => onLog.mock.calls.length > 0);
      await settled();
      expect(asked('cancel')).toBe(1);
      expect(onLog.mock.calls).toEqual([
        [{ level: 'warn', message: expect.any(String), error: expect.objectContaining(error) }],
      ]);
    });

    it('reports that the run could not even be found', async () => {
      const onLog = jest.fn();
      let sent = 0;
      const { client } = await calling(
        {},
        {
          ...cancel,
          onLog,
          fetch: () =>
            sent++ === 0 ? new Promise(() => {}) : Promise.reject(new TypeError('fetch failed')),
        },
      );
      const subscription = client.runs.create({ message }).subscribe();
      await until(() => sent === 1);
      subscription.unsubscribe();
      await until(() => onLog.mock.calls.length > 0);
      expect(onLog.mock.calls).toEqual([
        [expect.objectContaining({ error: expect.objectContaining({ name: 'ConnectionError' }) })],
      ]);
    });
  });
});
