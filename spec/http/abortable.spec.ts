import { getEventListeners } from 'node:events';
import { runInThisContext } from 'node:vm';
import { EMPTY, finalize, NEVER, Subscription, type Observable } from 'rxjs';
import type { Client } from 'm8tes-rx';
import { abortable } from '../../lib/http/abortable';
import { text, wait, type Script } from 'm8tes-rx/testing';
import { calling } from '../api/calling';
import { leftovers } from '../helpers/leftovers';
import { marbles } from '../helpers/marbles';
import { aStream } from '../helpers/wire';
import { until } from '../testing/served';
import { errorOf, told } from './holding';

/** The process that warns; Jest gives specs another, that never does. */
const real = runInThisContext('process') as NodeJS.Process;

/** Streams without sockets: they begin, and go on for ever. */
const endless = (): Promise<Response> => Promise.resolve(aStream([], 'never'));

const listeners = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length;

describe('abortable', () => {
  it(
    'changes nothing without a signal, and nothing with one that keeps quiet',
    marbles(({ cold, expectObservable }) => {
      const source = cold('-a-b-|');
      expectObservable(source.pipe(abortable(undefined))).toBe('-a-b-|');
      expectObservable(source.pipe(abortable(new AbortController().signal))).toBe('-a-b-|');
    }),
  );

  it(
    'never subscribes when the signal is aborted already',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('-a-b-|');
      const reason = new Error('given up');
      const aborted = source.pipe(abortable(AbortSignal.abort(reason)));
      expectObservable(aborted).toBe('#', undefined, reason);
      expectSubscriptions(source.subscriptions).toBe([]);
    }),
  );

  it(
    "errors with the signal's reason, and lets go of its source",
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const controller = new AbortController();
      const reason = new Error('given up');
      const source = cold('        -a-b-c-|');
      const subs = '               ^---!';
      const expected = '           -a-b#';
      cold('----x').subscribe(() => controller.abort(reason));
      const result = source.pipe(abortable(controller.signal));
      expectObservable(result).toBe(expected, undefined, reason);
      expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it('says nothing to who has unsubscribed', () => {
    const controller = new AbortController();
    const error = jest.fn();
    NEVER.pipe(abortable(controller.signal)).subscribe({ error }).unsubscribe();
    controller.abort();
    expect(error).not.toHaveBeenCalled();
  });

  it('hangs many streams on one listener: the platform warns from the eleventh on', () => {
    const controller = new AbortController();
    const listen = jest.spyOn(controller.signal, 'addEventListener');
    const errors: unknown[] = [];
    const all = new Subscription();
    for (let i = 0; i < 20; i++) {
      const error = (reason: unknown) => errors.push(reason);
      all.add(NEVER.pipe(abortable(controller.signal)).subscribe({ error }));
    }
    expect(listen).toHaveBeenCalledTimes(1);
    controller.abort('enough');
    expect(errors).toEqual(Array.from({ length: 20 }, () => 'enough'));
  });

  it('keeps no listener for nobody', () => {
    const { signal } = new AbortController();
    const [one, other] = [new Subscription(), new Subscription()];
    one.add(NEVER.pipe(abortable(signal)).subscribe());
    other.add(NEVER.pipe(abortable(signal)).subscribe());
    one.unsubscribe();
    expect(listeners(signal)).toBe(1);
    other.unsubscribe();
    expect(listeners(signal)).toBe(0);
    EMPTY.pipe(abortable(signal)).subscribe();
    expect(listeners(signal)).toBe(0);
  });

  it('listens again for who comes later', () => {
    const controller = new AbortController();
    const errors: unknown[] = [];
    const error = (reason: unknown) => errors.push(reason);
    NEVER.pipe(abortable(controller.signal)).subscribe().unsubscribe();
    NEVER.pipe(abortable(controller.signal)).subscribe({ error });
    controller.abort('enough');
    NEVER.pipe(abortable(controller.signal)).subscribe({ error });
    expect(errors).toEqual(['enough', 'enough']);
    expect(listeners(controller.signal)).toBe(0);
  });

  it('reaches everybody, whoever leaves on the way', () => {
    const controller = new AbortController();
    const errors: number[] = [];
    const all: Subscription[] = [];
    for (const i of [0, 1, 2, 3]) {
      const error = () => {
        errors.push(i);
        if (i === 1) all[2]?.unsubscribe();
      };
      all.push(NEVER.pipe(abortable(controller.signal)).subscribe({ error }));
    }
    controller.abort();
    expect(errors).toEqual([0, 1, 3]);
  });

  describe('on a server', () => {
    const { rejections } = leftovers();
    afterEach(async () => expect(await rejections()).toEqual([]));

    const message = 'hello';
    const script: Script = function* () {
      yield* text('hi');
      yield* wait(Infinity);
    };
    type Call = (client: Client, signal: AbortSignal) => Observable<unknown>;
    const calls: readonly (readonly [name: string, call: Call])[] = [
      ['create', ({ runs }, signal) => runs.create({ message }, { signal })],
      ['create quietly', ({ runs }, signal) => runs.create({ message, stream: false }, { signal })],
      ['streamText', ({ runs }, signal) => runs.streamText({ message }, { signal })],
      ['reply', ({ runs }, signal) => runs.reply(123, { message }, { signal })],
      ['stream', ({ runs }, signal) => runs.stream(123, { signal })],
      ['poll', ({ runs }, signal) => runs.poll(123, { signal })],
      ['wait', ({ runs }, signal) => runs.wait(123, { signal })],
      ['createAndWait', ({ runs }, signal) => runs.createAndWait({ message }, { signal })],
      ['replyAndWait', ({ runs }, signal) => runs.replyAndWait(123, { message }, { signal })],
      ['tasks.run', ({ tasks }, signal) => tasks.run(7, {}, { signal })],
      ['get', ({ runs }, signal) => runs.get(123, { signal })],
      ['list', ({ runs }, signal) => runs.list({}, { signal })],
      ['cancel', ({ runs }, signal) => runs.cancel(123, { signal })],
      [
        'approve',
        ({ runs }, signal) => runs.approve(1, { request_id: 'r', decision: 'deny' }, { signal }),
      ],
      ['downloadFile', ({ runs }, signal) => runs.downloadFile(123, 'a', { signal })],
      ['unshare', ({ runs }, signal) => runs.unshare(123, { signal })],
    ];

    it.each(calls)('sends nothing of %s when it is aborted already', async (_, call) => {
      const { client, server } = await calling({ script });
      const reason = new RangeError('given up');
      expect(await told(call(client, AbortSignal.abort(reason)))).toEqual({
        values: [],
        error: reason,
      });
      expect([server.requests(), server.connections()]).toEqual([[], 0]);
    });

    it.each(calls)('ends %s before its answer', async (_, call) => {
      let left = 0;
      const fetch = () => new Promise<never>(() => {});
      const { client } = await calling({}, { fetch });
      const controller = new AbortController();
      const error = errorOf(call(client, controller.signal).pipe(finalize(() => left++)));
      expect(listeners(controller.signal)).toBe(1);
      controller.abort('enough');
      expect(await error).toBe('enough');
      expect([left, listeners(controller.signal)]).toEqual([1, 0]);
    });

    it('closes the connection of a stream, and leaves the run running', async () => {
      const { client, server } = await calling({ script });
      const controller = new AbortController();
      const states: string[] = [];
      client.connection$.subscribe(({ state }) => states.push(state));
      const error = errorOf(client.runs.create({ message }, { signal: controller.signal }));
      await until(() => states.includes('open'));
      expect(server.streams()).toBe(1);
      controller.abort();
      expect(await error).toMatchObject({ name: 'AbortError' });
      await until(() => server.streams() === 0);
      expect(states).toEqual(['connecting', 'open', 'closed']);
      expect(server.runs().map(({ status }) => status)).toEqual(['running']);
      expect(listeners(controller.signal)).toBe(0);
    });

    it.each([
      ['twenty streams, of sockets,', 20, {}],
      ['a thousand streams', 1_000, { fetch: endless }],
    ])('holds %s without a warning, and ends them all', async (_, count, options) => {
      const warnings: Error[] = [];
      const onWarning = (warning: Error) => warnings.push(warning);
      real.on('warning', onWarning);
      const { client, server } = await calling({ script }, options);
      const states: string[] = [];
      client.connection$.subscribe(({ state }) => states.push(state));
      const number = (state: string) => states.filter((each) => each === state).length;

      const controller = new AbortController();
      const all = Array.from({ length: count }, () =>
        errorOf(client.runs.create({ message }, { signal: controller.signal })),
      );
      await until(() => number('open') === count);
      expect(listeners(controller.signal)).toBe(1);
      expect(server.streams()).toBe(count === 20 ? 20 : 0);
      const reason = new RangeError('enough');
      controller.abort(reason);
      expect(await Promise.all(all)).toEqual(all.map(() => reason));
      expect(number('closed')).toBe(count);
      await until(() => server.streams() === 0);

      await new Promise((resolve) => setImmediate(resolve)); // a warning takes its time
      real.off('warning', onWarning);
      expect(warnings).toEqual([]);
      expect(listeners(controller.signal)).toBe(0);
    });
  });
});
