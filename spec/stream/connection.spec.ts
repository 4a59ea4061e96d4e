import { createClient } from 'm8tes-rx';
import type { ServerResponse } from 'node:http';
import { lastValueFrom, type Observable, type Subscription } from 'rxjs';
import { ConnectionError } from '../../lib/errors';
import type { RunEvent } from '../../lib/events/RunEvent';
import { responseOf } from '../../lib/http/fetching';
import { collectRun } from '../../lib/operators/collectRun';
import { connection, type EventsOptions } from '../../lib/stream/connection';
import { Tally } from '../../lib/stream/Tally';
import { aServer } from '../helpers/aServer';
import { leftovers } from '../helpers/leftovers';
import { marbles } from '../helpers/marbles';
import { told } from '../helpers/told';
import {
  aStream,
  aStreamOf,
  bytes,
  cutAt,
  frame,
  oneByOne,
  sample,
  sampleEvents,
} from '../helpers/wire';

const stream = bytes(sample);
const text = 'Here are the open tickets...';

const reading = (response: Response, options?: EventsOptions): Observable<RunEvent> =>
  connection(responseOf(response), Tally(), options);

describe('connection', () => {
  describe('gives the six events of the documented sample, and its text', () => {
    const expectSample = async (chunks: readonly Uint8Array[]): Promise<void> => {
      expect(await told(reading(aStream(chunks)))).toEqual({
        values: sampleEvents,
        ended: 'completed',
      });
      const result = await lastValueFrom(reading(aStream(chunks)).pipe(collectRun()));
      expect(result.text).toBe(text);
    };

    it('whole', () => expectSample([stream]));

    it('split at every byte', async () => {
      for (let at = 0; at <= stream.length; at++) await expectSample(cutAt(stream, at));
    });

    it('one byte a chunk', () => expectSample(oneByOne(stream)));
  });

  it('is interrupted where the sample is cut, at every byte before its last brace', async () => {
    const brace = sample.lastIndexOf('}') + 1;
    for (let at = 0; at <= stream.length; at++) {
      const { values, ended, error } = await told(reading(aStream([stream.slice(0, at)])));
      expect(values).toEqual(sampleEvents.slice(0, values.length));
      expect(ended).toBe(at < brace ? 'failed' : 'completed');
      expect(error instanceof ConnectionError).toBe(at < brace);
    }
  });

  it('is interrupted where the socket breaks, and complete where it breaks after done', async () => {
    const broken = await told(reading(aStream([stream.slice(0, 100)], 'reset')));
    expect(broken.error).toEqual(new ConnectionError('the answer broke off', undefined));
    expect((await told(reading(aStream([stream], 'reset')))).ended).toBe('completed');
  });

  it(
    'takes a silent socket for dead, after what the option says',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const chunks = {
        m: bytes(frame(sampleEvents[0]!)),
        k: bytes(': keep-alive\n\n'),
      };
      const body = cold('     m--k------', chunks);
      const subs = '          ^-------!';
      const expected = '      m-------#';
      expectObservable(reading(aStreamOf(body), { idleTimeout: 5 })).toBe(
        expected,
        { m: sampleEvents[0] },
        new ConnectionError('not a byte for 5 ms'),
      );
      expectSubscriptions(body.subscriptions).toBe(subs);
    }),
  );

  it(
    'takes 45 s of silence for dead, and 1 s of it for the end after done',
    marbles(({ cold, expectObservable }) => {
      const [metadata, done] = [sampleEvents[0]!, sampleEvents[5]!];
      const chunks = { m: bytes(frame(metadata)), d: bytes(frame(done)) };
      const values = { m: metadata, d: done };
      const error = new ConnectionError('not a byte for 45000 ms');
      const dead = reading(aStreamOf(cold('m', chunks)));
      const ended = reading(aStreamOf(cold('d', chunks)));
      expectObservable(dead).toBe('m 44999ms #', values, error);
      expectObservable(ended).toBe('d 999ms |', values);
    }),
  );

  it('serves the next run too, though its body ends after the end marker', async () => {
    const sockets = new Set<object>();
    const server = await aServer(({ socket }, response) => {
      sockets.add(socket);
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(`${sample}data: [DONE]\n\n`, () => setTimeout(() => response.end(), 5));
    });
    const { runs } = createClient({ baseUrl: server.url, apiKey: 'm8_test' });
    for (let run = 0; run < 5; run++) {
      expect((await lastValueFrom(runs.create({ message: 'hello' }).pipe(collectRun()))).text).toBe(
        text,
      );
      await new Promise((resolve) => setTimeout(resolve, 50)); // the body ends meanwhile
    }
    expect(sockets.size).toBeLessThan(5); // one, unless the machine was too busy to see an end
  });

  describe('when it is left', () => {
    const left = leftovers();
    const headers = { 'content-type': 'text/event-stream' };
    const client = (baseUrl: string) => createClient({ baseUrl, apiKey: 'm8_test' });

    /** Subscribes, and leaves as soon as a number of events have come. */
    const leaveAfter = (events: Observable<RunEvent>, count: number) => {
      const log: string[] = [];
      let subscription: Subscription | undefined;
      const gone = new Promise<number>((resolve) => {
        subscription = events.subscribe({
          next: ({ type }) => {
            log.push(type);
            if (log.length !== count) return;
            subscription!.unsubscribe();
            resolve(performance.now());
          },
          error: () => log.push('error'),
          complete: () => log.push('complete'),
        });
      });
      return { log, gone, leave: () => subscription!.unsubscribe() };
    };

    const sends = (text: string) => (_: unknown, response: ServerResponse) => {
      response.writeHead(200, headers);
      response.write(text);
    };

    it.each([
      ['before the headers', undefined, 0],
      ['right after the headers', ': hello\n\n', 0],
      ['in the middle of a frame', sample.slice(0, 70), 1],
      ['after done, of a server that never hangs up', sample, 6],
    ])('%s, closes its socket within 100 ms', async (_, text, count) => {
      const times: number[] = [];
      // The fastest of some: a machine that is busy with other specs is slow to notice.
      for (let tries = 0; tries < 5 && !(Math.min(...times) < 100); tries++) {
        const server = await aServer(text === undefined ? () => {} : sends(text));
        const run$ = client(server.url).runs.create({ message: 'hello' });
        const { log, gone, leave } = leaveAfter(run$, count);
        await server.asked(1);
        if (count === 0 && text !== undefined)
          await new Promise((resolve) => setImmediate(resolve));
        const at = count > 0 ? await gone : performance.now();
        leave();
        times.push((await server.closed()) - at);
        expect(log).toEqual(sampleEvents.slice(0, count).map(({ type }) => type));
        expect(left.timers()).toBe(0);
        expect(await left.rejections()).toEqual([]);
      }
      expect(Math.min(...times)).toBeLessThan(100);
    });

    it('while it waits to be healed, leaves nothing behind', async () => {
      const server = await aServer((_, response) => {
        response.writeHead(200, headers);
        response.write(sample.slice(0, 70), () => response.destroy());
      });
      let interrupted = (): void => {};
      const broken = new Promise<void>((resolve) => (interrupted = resolve));
      const { runs } = createClient({
        baseUrl: server.url,
        apiKey: 'm8_test',
        onConnection: ({ state }) => state === 'interrupted' && interrupted(),
      });
      const { log, leave } = leaveAfter(runs.create({ message: 'hello' }), 0);
      await broken;
      expect(left.timers()).toBe(1);
      leave();
      expect(log).toEqual(['metadata']);
      expect(left.timers()).toBe(0);
      expect(await left.rejections()).toEqual([]);
      await server.closed();
    });
  });
});
