import { stream as readStream } from '@durable-streams/client';
import * as fc from 'fast-check';
import { defer, NEVER, of, throwError, timer } from 'rxjs';
import { MOST_ENTRIES } from '../../lib/log/follow';
import { memoryLog } from '../../lib/log/memoryLog';
import type { Frame, RunLog } from '../../lib/log/RunLog';
import { durable, type DurableOptions } from '../../lib/relay/durable';
import { teller, until, writer } from '../../lib/testing/log/tales';
import { leftovers } from '../helpers/leftovers';

const ADDRESS = 'https://relay.example/runs/7/log';

const reading = (log: RunLog, options: Partial<DurableOptions> = {}) => {
  const handle = durable(log, { run: () => 'r', show: (data) => data, ...options });
  return (query = '', init?: RequestInit) => handle(new Request(`${ADDRESS}?${query}`, init));
};

/** A log with these texts, and who writes it. */
const telling = async (...texts: readonly string[]) => {
  const log = memoryLog();
  const tell = teller();
  const { append } = await writer(log, 'r', 'a');
  if (texts.length > 0) await append(tell(...texts));
  return { log, append, tell };
};

interface Delta {
  readonly delta: string;
}
const deltas = async (response: Response): Promise<readonly string[]> =>
  ((await response.json()) as readonly Delta[]).map(({ delta }) => delta);
const offset = ({ headers }: Response) => headers.get('stream-next-offset')!;

/** The events of a body, one after the other; undefined after the last. */
const eventsOf = ({ body }: Response) => {
  const reader = body!.pipeThrough(new TextDecoderStream()).getReader();
  let waiting = '';
  return {
    next: async () => {
      while (!waiting.includes('\n\n')) {
        const { value } = await reader.read();
        if (value === undefined) return undefined;
        waiting += value;
      }
      const [frame = '', ...rest] = waiting.split('\n\n');
      waiting = rest.join('\n\n');
      const lines = frame.split('\n');
      const data = lines.slice(1).map((line) => line.slice('data:'.length));
      return { event: lines[0], data: JSON.parse(data.join('\n')) as object };
    },
    cancel: () => reader.cancel(),
  };
};

describe('durable', () => {
  const left = leftovers();

  it('gives what stands after an offset, as far as one answer goes', async () => {
    const texts = Array.from({ length: 2 * MOST_ENTRIES + 1 }, (_, index) => `${index}`);
    const { log, append } = await telling(...texts);
    await append([], { close: 'ended' });
    const read = reading(log);
    const told: string[] = [];
    const upToDate: (string | null)[] = [];
    let after = '-1';
    while (upToDate.at(-1) !== 'true') {
      const response = await read(`offset=${after}`);
      upToDate.push(response.headers.get('stream-up-to-date'));
      expect(response.headers.get('stream-closed')).toBe(upToDate.at(-1));
      told.push(...(await deltas(response)));
      expect(offset(response) > after).toBe(true);
      after = offset(response);
    }
    expect([told, upToDate]).toEqual([texts, [null, null, 'true']]);
    expect(offset(await read('', { method: 'HEAD' }))).toBe(after);
  });

  it('asks whose run it is first, and tells nobody else that there is one', async () => {
    const { log } = await telling('a');
    const ask = jest.spyOn(log, 'stat');
    const asked: string[] = [];
    const run = (request: Request) => {
      asked.push(request.url);
      return Promise.resolve(request.headers.has('cookie') ? 'r' : undefined);
    };
    const read = reading(log, { run });
    const refusals = [await read(), await read('offset=,'), await read('', { method: 'HEAD' })];
    expect(refusals.map(({ status }) => status)).toEqual([404, 404, 404]);
    expect(ask).not.toHaveBeenCalled();
    const missing = await reading(log, { run: () => 'another' })();
    expect([missing.status, await missing.text()]).toEqual([404, await refusals[0]!.text()]);
    expect([...missing.headers]).toEqual([...refusals[0]!.headers]);
    expect((await read('', { headers: { cookie: 'me' } })).status).toBe(200);
    expect(asked).toHaveLength(4);
  });

  it('shows what may be shown, and goes on after what may not', async () => {
    const { log, append, tell } = await telling('a', 'secret', 'b');
    const show = (data: string) =>
      data.includes('secret') ? undefined : data.replace('"b"', '"shown"');
    const read = reading(log, { show });
    const first = await read();
    expect(await deltas(first)).toEqual(['a', 'shown']);
    await append(tell('secret'));
    const hidden = await read(`offset=${offset(first)}`);
    expect(await hidden.text()).toBe('[]');
    expect(offset(hidden) > offset(first)).toBe(true);
    const events = eventsOf(await read(`offset=${offset(first)}&live=sse`));
    expect(await events.next()).toMatchObject({
      event: 'event: control',
      data: { streamNextOffset: offset(hidden), upToDate: true },
    });
    await events.cancel();
  });

  it('gives JSON, whatever came', async () => {
    const { log, append } = await telling();
    const odd = ['not\nJSON', '{"type":\n"done"\r\n}', '{"type":"text-del', '', '7'];
    await append(odd.map((data, index): Frame => ({ data, fingerprint: `f${index}` })));
    const messages = ['not\nJSON', { type: 'done' }, '{"type":"text-del', '', 7];
    const read = reading(log);
    expect(await (await read()).json()).toEqual(messages);
    const events = eventsOf(await read('offset=-1&live=sse'));
    expect(await events.next()).toEqual({ event: 'event: data', data: messages });
    await events.cancel();
  });

  it('goes on in a log that was lost and built again, if that one holds the same', async () => {
    const { log } = await telling('a', 'b');
    const after = offset(await reading(log)());
    const same = reading((await telling('a', 'b', 'c')).log);
    expect(await deltas(await same(`offset=${after}`))).toEqual(['c']);
    const cutElsewhere = reading((await telling('ab', 'c')).log);
    const another = reading((await telling('a', 'c', 'b')).log);
    const shorter = reading((await telling('a')).log);
    for (const live of ['', '&live=long-poll', '&live=sse']) {
      for (const read of [cutElsewhere, another, shorter]) {
        const { status, headers } = await read(`offset=${after}${live}`);
        expect([live, status, headers.get('cache-control')]).toEqual([live, 410, 'no-store']);
      }
    }
  });

  it('says that a stream is closed to who has all of it, and no longer where it goes on', async () => {
    const { log, append, tell } = await telling('a');
    const read = reading(log);
    const open = await read();
    await append(tell('b'), { close: 'ended' });
    const states = async () =>
      Promise.all(
        ['offset=-1', 'offset=now', `offset=${offset(open)}&live=long-poll`].map(async (query) =>
          (await read(query)).headers.get('stream-closed'),
        ),
      );
    expect(await states()).toEqual(['true', 'true', 'true']);
    expect((await read('', { method: 'HEAD' })).headers.get('stream-closed')).toBe('true');
    await log.acquire('r', 'b', 1_000, { reopen: true });
    expect(await states()).toEqual([null, null, null]);
  });

  it('waits for news, or for the end', async () => {
    const { log, append, tell } = await telling('a');
    const read = reading(log, { wait: 2 ** 30 });
    const waiting = read('offset=now&live=long-poll');
    await until(async () => left.timers() > 0);
    await append(tell('b'));
    const news = await waiting;
    expect([news.status, await deltas(news)]).toEqual([200, ['b']]);
    const last = read(`offset=${offset(news)}&live=long-poll`);
    await until(async () => left.timers() > 0);
    await append([], { close: 'interrupted' });
    const { status, headers } = await last;
    expect([status, headers.get('stream-closed')]).toEqual([204, 'true']);
    expect(left.timers()).toBe(0);
  });

  it('says so when its time is over, or when the log is', async () => {
    const { log } = await telling('a');
    const none = await reading(log, { wait: 1 })('offset=now&live=long-poll');
    expect([none.status, none.headers.get('stream-up-to-date')]).toEqual([204, 'true']);
    const expiring = memoryLog({ retention: 20 });
    await writer(expiring, 'r', 'a');
    const gone = await reading(expiring, { wait: 2 ** 30 })('offset=now&live=long-poll');
    expect(gone.status).toBe(404);
    expect(left.timers()).toBe(0);
  });

  it('waits no more for a reader that has left', async () => {
    const { log } = await telling('a');
    const { signal, abort } = ((controller) => ({
      signal: controller.signal,
      abort: () => controller.abort(),
    }))(new AbortController());
    const waiting = reading(log, { wait: 2 ** 30 })('offset=now&live=long-poll', { signal });
    await until(async () => left.timers() > 0);
    abort();
    await waiting;
    expect(left.timers()).toBe(0);
  });

  it('sends what there is, what comes, and that it is over', async () => {
    const { log, append, tell } = await telling('a', 'b');
    const response = await reading(log)('offset=-1&live=sse');
    const events = eventsOf(response);
    const control = { event: 'event: control', data: { upToDate: true } };
    const message = (delta: string) => ({ type: 'text-delta', delta });
    expect(await events.next()).toEqual({
      ...{ event: 'event: data', data: [message('a'), message('b')] },
    });
    expect(await events.next()).toMatchObject(control);
    await append(tell('c'), { close: 'ended' });
    expect(await events.next()).toEqual({ event: 'event: data', data: [message('c')] });
    expect(await events.next()).toMatchObject(control);
    const end = offset(await reading(log)('', { method: 'HEAD' }));
    expect(await events.next()).toEqual({
      ...{ event: 'event: control' },
      data: { streamNextOffset: end, upToDate: true, streamClosed: true },
    });
    expect(await events.next()).toBe(undefined);
    expect(left.timers()).toBe(0);
  });

  it.each([
    ['gone', 404],
    ['rewound', 410],
  ] as const)(
    'hangs up, without an ending, where the log is %s meanwhile',
    async (type, status) => {
      const { log } = await telling('a');
      let readings = 0;
      const lost: RunLog = {
        ...log,
        read: (...args) => (readings++ === 0 ? log.read(...args) : of({ type })),
      };
      const body = await (await reading(lost)('offset=-1&live=sse')).text();
      expect(body).toContain('"delta":"a"');
      expect(body).not.toContain('streamClosed');
      expect((await reading(lost)('offset=-1&live=sse')).status).toBe(status);
    },
  );

  it('reads no further ahead of a slow reader than one answer, and loses nothing', async () => {
    const texts = Array.from({ length: 8 * MOST_ENTRIES }, (_, index) => `${index}`);
    const { log, append } = await telling(...texts);
    await append([], { close: 'ended' });
    let batches = 0;
    const counted: RunLog = {
      ...log,
      read: (run, options) =>
        log.read(run, {
          ...options,
          ready: () => {
            batches++;
            return options?.ready?.() ?? Promise.resolve();
          },
        }),
    };
    const events = eventsOf(await reading(counted)('offset=-1&live=sse'));
    for (let n = 0; n < 20; n++) await new Promise((resolve) => setImmediate(resolve));
    expect(batches).toBeLessThan(4);
    const told: string[] = [];
    for (let one = await events.next(); one; one = await events.next()) {
      if (Array.isArray(one.data)) told.push(...(one.data as Delta[]).map(({ delta }) => delta));
      else expect('upToDate' in one.data).toBe(told.length === texts.length);
    }
    expect(told).toEqual(texts);
  });

  it('lets go of the log when its reader leaves', async () => {
    const { log } = await telling('a');
    const response = await reading(log)('offset=-1&live=sse');
    const events = eventsOf(response);
    await events.next();
    expect(left.timers()).toBeGreaterThan(0);
    await events.cancel();
    expect(left.timers()).toBe(0);
    expect(await left.rejections()).toEqual([]);
  });

  it('fails where the log does, and then breaks off', async () => {
    const { log } = await telling('a');
    const broken = () => throwError(() => new Error('the storage is away'));
    await expect(reading({ ...log, read: broken })()).rejects.toThrow('away');
    const later: RunLog = { ...log, read: () => defer(() => timer(1)).pipe(broken) };
    const body = (await reading(later)('offset=now&live=sse')).text();
    await expect(body).rejects.toThrow('away');
    expect(left.timers()).toBe(0);
  });

  it('waits not for ever for what a log had a moment ago', async () => {
    const { log } = await telling('a');
    const read = reading({ ...log, read: () => NEVER }, { wait: 1 });
    const response = await read();
    expect([await response.text(), response.headers.get('stream-up-to-date')]).toEqual([
      ...['[]', null],
    ]);
  });

  it('is not written to', async () => {
    const { log } = await telling('a');
    for (const method of ['PUT', 'POST', 'DELETE', 'OPTIONS']) {
      const { status, headers } = await reading(log)('', { method });
      expect([method, status, headers.get('allow')]).toEqual([method, 405, 'GET, HEAD']);
    }
  });

  it.each([0, -1, NaN, Infinity, 2 ** 31])('takes no %d for a time', async (time) => {
    const { log } = await telling();
    expect(() => reading(log, { wait: time })).toThrow('wait must be milliseconds');
    expect(() => reading(log, { keepAlive: time })).toThrow('keepAlive must be milliseconds');
  });

  it('tells each message once and in order, however it is asked for', async () => {
    const step = fc.oneof(
      fc.record({ appends: fc.integer({ min: 1, max: 300 }) }),
      fc.record({ asks: fc.constantFrom('', '&live=long-poll', '&live=sse') }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const { log, append, tell } = await telling();
        const read = reading(log, { wait: 1 });
        const written: string[] = [];
        const told: string[] = [];
        let after = '-1';
        for (const one of steps) {
          if ('appends' in one) {
            const texts = Array.from({ length: one.appends }, (_, n) => `${written.length + n}`);
            written.push(...texts);
            await append(tell(...texts));
            continue;
          }
          const response = await read(`offset=${after}${one.asks}`);
          if (one.asks !== '&live=sse') {
            if (response.status === 200) told.push(...(await deltas(response)));
            after = offset(response);
            continue;
          }
          // A reader may leave between any two events: then it asks for these messages again.
          const events = eventsOf(response);
          for (let event = await events.next(); event; event = await events.next()) {
            if (Array.isArray(event.data)) {
              told.push(...(event.data as Delta[]).map(({ delta }) => delta));
              continue;
            }
            after = (event.data as { streamNextOffset: string }).streamNextOffset;
            break;
          }
          await events.cancel();
        }
        expect(told).toEqual(written.slice(0, told.length));
        const { headers } = await read('', { method: 'HEAD' });
        while (after !== headers.get('stream-next-offset')) {
          const rest = await read(`offset=${after}`);
          told.push(...(await deltas(rest)));
          after = offset(rest);
        }
        expect(told).toEqual(written);
      }),
      { numRuns: 50 },
    );
    expect(left.timers()).toBe(0);
  });

  it.each([false, 'long-poll', 'sse'] as const)(
    'is read by the client of the protocol: %s',
    async (live) => {
      const { log, append, tell } = await telling('a', 'b');
      const handle = durable(log, { run: () => 'r', show: (data) => data, wait: 50 });
      const answer = await readStream<Delta>({
        url: ADDRESS,
        offset: '-1',
        live,
        fetch: (input, init) => handle(new Request(input, init)),
      });
      const told: string[] = [];
      const leave = answer.subscribeJson((batch) => {
        told.push(...batch.items.map(({ delta }) => delta));
      });
      await until(async () => told.length === 2);
      await append(tell('c'), { close: 'ended' });
      if (live !== false) await until(async () => told.length === 3);
      await answer.closed;
      leave();
      expect(told).toEqual(live === false ? ['a', 'b'] : ['a', 'b', 'c']);
    },
  );
});
