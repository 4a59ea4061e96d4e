import { from } from 'rxjs';
import { raw, text, wait, type Script } from 'm8tes-rx/testing';
import { watched } from '../../lib/api/watched';
import { RunTimeoutError } from '../../lib/errors';
import type { RunEvent } from '../../lib/events/RunEvent';
import { decodeEvent } from '../../lib/events/decode';
import { toldBy } from '../helpers/told';
import { marbles } from '../helpers/marbles';
import { told, until } from '../http/holding';
import { aDoor } from '../testing/held';
import { calling } from './calling';

const values: { readonly [marble: string]: RunEvent } = {
  t: { type: 'text-delta', delta: 'hi' },
  k: decodeEvent('{"type":"keep-alive"}'),
  u: decodeEvent('{"type":"hologram","secret":1}'),
  i: decodeEvent('{"type":"hologram","subtype":"init"}'),
  m: decodeEvent('{"type":"text-delta","delta":{"secret":1}}'),
  b: decodeEvent('secret'),
};
const stalled = new RunTimeoutError(
  'the run has said nothing for 5 ms; it may be going on: read it with runs.get()',
  'timeouts.stall',
  5,
);

describe('watched', () => {
  it(
    'passes every event on, and sets no timer unless it is asked to',
    marbles(({ cold, expectObservable }) => {
      const source = cold('-t-k-u-m 60m b|', values);
      expectObservable(source.pipe(watched(Infinity, () => {}))).toBe('-t-k-u-m 60m b|', values);
    }),
  );

  it(
    'is a RunTimeoutError when nothing but housekeeping comes for too long',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('  ---t---k-k--t', values);
      const subs = '         ^-------!';
      const expected = '     ---t---k#';
      expectObservable(source.pipe(watched(5, () => {}))).toBe(expected, values, stalled);
      expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it(
    'is content with anything that may be for somebody',
    marbles(({ cold, expectObservable }) => {
      const source = cold('----u---m---t----|', values);
      expectObservable(source.pipe(watched(5, () => {}))).toBe('----u---m---t----|', values);
    }),
  );

  it('tells the log of what could not be understood, in paths and names and no values', () => {
    const onLog = jest.fn();
    marbles(({ cold, flush }) => {
      cold('tkuimb|', values).pipe(watched(Infinity, onLog)).subscribe();
      flush();
    })();
    const entries = onLog.mock.calls.map(([entry]) => entry);
    expect(entries).toEqual([
      { level: 'debug', message: 'a frame is of the unknown type hologram' },
      { level: 'warn', message: expect.stringMatching(/^a frame is malformed: delta: expected /) },
      { level: 'warn', message: expect.stringMatching(/^a frame is malformed: /) },
    ]);
    expect(JSON.stringify(entries)).not.toContain('secret');
  });

  it('tells the log in one line, and not at length', () => {
    const onLog = jest.fn();
    const odd = `\u001b[31m\r\n\u2028${'x'.repeat(700)}`;
    const frames: RunEvent[] = [
      { type: 'unknown', name: odd, raw: { type: odd } },
      { type: 'malformed', data: '', problems: [odd, odd] },
    ];
    from(frames).pipe(watched(Infinity, onLog)).subscribe();
    const messages = onLog.mock.calls.map(([{ message }]) => message as string);
    expect(messages[0]).toMatch(/^a frame is of the unknown type \ufffd\[31m\ufffd{3}x{56}…$/);
    expect(messages[1]).toMatch(/^a frame is malformed: \ufffd\[31m\ufffd{3}x{492}…$/);
  });

  it('tells the log of ten of a kind, and that it tells no more, and passes on all', () => {
    const onLog = jest.fn();
    const frames = Array.from({ length: 30 }, () => [values['u']!, values['b']!, values['t']!]);
    const run$ = from(frames.flat()).pipe(watched(Infinity, onLog));
    expect(toldBy(run$).values).toHaveLength(90);
    const of = (kind: string) =>
      onLog.mock.calls.flatMap(([{ level, message }]) =>
        level === kind ? [message as string] : [],
      );
    for (const level of ['warn', 'debug']) {
      const more = of(level).map((message) => message.endsWith('; more of them are not told'));
      expect(more).toEqual([...Array.from({ length: 9 }, () => false), true]);
    }
    toldBy(run$); // each stream anew
    expect(of('warn')).toHaveLength(20);
  });

  describe('on a server', () => {
    const message = 'hello';
    const quiet: Script = function* () {
      yield* text('hi');
      for (;;) {
        yield { type: 'keep-alive' };
        yield* wait(1);
      }
    };

    it.each(['detach', 'cancel'] as const)(
      'ends a stream that only keeps itself alive, and lets go of it: %s',
      async (onUnsubscribe) => {
        const { client, server } = await calling(
          { script: quiet, keepAlive: 1 },
          { timeouts: { stall: 100 }, onUnsubscribe },
        );
        const { values, error } = await told(client.runs.create({ message }));
        expect(error).toBeInstanceOf(RunTimeoutError);
        expect(error).toMatchObject({ option: 'timeouts.stall', limit: 100 });
        expect(values.some(({ type }) => type === 'text-delta')).toBe(true);
        const status = onUnsubscribe === 'cancel' ? 'cancelled' : 'running';
        await until(() => server.streams() === 0 && server.runs()[0]?.status === status);
      },
    );

    it('is not told by default', async () => {
      const { client, server } = await calling({ script: quiet, keepAlive: 1 });
      let beats = 0;
      const beating = client.runs
        .create({ message })
        .subscribe(({ type }) => type === 'keep-alive' && beats++);
      await until(() => beats > 20);
      expect(beating.closed).toBe(false);
      beating.unsubscribe();
      await until(() => server.streams() === 0);
    });

    it('logs once what was delivered once, however often it is replayed', async () => {
      const onLog = jest.fn();
      const door = aDoor();
      const { client, asked } = await calling(
        {
          script: function* () {
            yield* raw(
              'data: not JSON\n\ndata: [1]\n\ndata: {"type":"text-delta","delta":{"secret":7}}\n\n',
            );
            yield { type: 'hologram', secret: 1 };
            yield { type: 'ping' };
            yield { type: 'RUNNER_DIAG', secret: 1 };
            yield { type: 'hologram', subtype: 'success' };
            yield* door.wait();
            yield* text('hi');
          },
          faults: [
            { on: 'create', cut: { afterEvents: 4 } },
            { on: 'join', cut: { afterEvents: 6 } },
          ],
        },
        { onLog },
      );
      const run = told(client.runs.create({ message }));
      await until(() => asked('join') === 2);
      door.open();
      const { values, error } = await run;
      expect([error, asked('join')]).toEqual([undefined, 2]);
      expect(values.map(({ type }) => type)).toEqual([
        ...['metadata', 'malformed', 'malformed', 'malformed', 'unknown', 'ping', 'RUNNER_DIAG'],
        ...['unknown', 'text-start', 'text-delta', 'text-end', 'done'],
      ]);
      const entries = onLog.mock.calls.map(([{ level, message }]) => `${level}: ${message}`);
      expect(entries).toEqual([
        expect.stringMatching(/^warn: a frame is malformed: /),
        expect.stringMatching(/^warn: a frame is malformed: /),
        expect.stringMatching(/^warn: a frame is malformed: delta: /),
        'debug: a frame is of the unknown type hologram',
      ]);
    });
  });
});
