import { createClient } from 'm8tes-rx';
import { localServer, question, text } from 'm8tes-rx/testing';
import {
  concat,
  concatMap,
  defer,
  lastValueFrom,
  NEVER,
  Observable,
  of,
  throwError,
  toArray,
} from 'rxjs';
import { InvalidArgumentError, StreamInterruptedError } from '../../lib/errors';
import type { RunEvent } from '../../lib/events/RunEvent';
import { relay } from '../../lib/relay/relay';
import { events } from '../../lib/stream/events';

const run: readonly RunEvent[] = [
  { type: 'metadata', payload: { run_id: 123 } },
  { type: 'text-delta', delta: 'Here are\nthe \u2028 tickets…' },
  { type: 'unknown', name: 'new', raw: { type: 'new', __proto: 1 } },
  { type: 'malformed', data: 'not\nJSON', problems: ['the whole: expected JSON'] },
  { type: 'done', stop_reason: 'end_turn' },
];

/** The text of a chunk. */
const told = ({ value }: { readonly value?: Uint8Array | undefined }) =>
  new TextDecoder().decode(value);

const read = (response: Response) => lastValueFrom(of(response).pipe(events(), toArray()));

describe('relay', () => {
  it('gives a browser the events of the run', async () => {
    const response = relay(of(...run));
    expect(Object.fromEntries(response.headers)).toEqual({
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    });
    expect(await read(response)).toEqual(run);
  });

  it('gives it no more than is exposed, where that is said', async () => {
    expect(await read(relay(of(...run), { expose: [] }))).toEqual([run[0], run[1], run[4]]);
    expect(() => relay(of(...run), { expose: ['txt-delta'] })).toThrow(InvalidArgumentError);
  });

  it('says something at once, so that whatever stands between lets the answer through', async () => {
    const reader = relay(NEVER).body!.getReader();
    expect(told(await reader.read())).toBe(': ok\n\n');
    await reader.cancel();
  });

  it('keeps the connection alive with comments', async () => {
    const reader = relay(NEVER, { keepAlive: 1 }).body!.getReader();
    await reader.read();
    for (let i = 0; i < 2; i++) expect(told(await reader.read())).toBe(': keep-alive\n\n');
    await reader.cancel();
  });

  it('waits as long as it is told to with them, beyond what a timer can', async () => {
    jest.useFakeTimers({ doNotFake: ['queueMicrotask', 'nextTick'] });
    try {
      for (const keepAlive of [2 ** 40, Infinity]) {
        const reader = relay(NEVER, { keepAlive }).body!.getReader();
        await reader.read();
        jest.advanceTimersByTime(3_600_000);
        const next = reader.read();
        await reader.cancel();
        expect(await next).toEqual({ done: true, value: undefined });
      }
      expect(jest.getTimerCount()).toBe(0);
    } finally {
      jest.useRealTimers();
    }
  });

  it.each([
    ['keepAlive', { keepAlive: 0 }],
    ['keepAlive', { keepAlive: NaN }],
    ['keepAlive', { keepAlive: '15' as unknown as number }],
    ['buffer', { buffer: -1 }],
    ['buffer', { buffer: null as unknown as number }],
  ])('refuses an option that it cannot use, before it asks for a run: %s', (argument, options) => {
    const run$ = defer(() => {
      throw new Error('the run was begun');
    });
    expect(() => relay(run$, options)).toThrow(InvalidArgumentError);
    expect(() => relay(run$, options)).toThrow(expect.objectContaining({ argument }));
  });

  it('never passes half a run for a whole one, nor tells what stands behind a failure', async () => {
    const broken = () => throwError(() => new Error('GET https://api.example m8_secret'));
    const seen: RunEvent[] = [];
    const response = relay(
      concat(of(...run.slice(0, 2)), new Observable<never>((s) => broken().subscribe(s))),
    );
    const text = response.clone().text();
    await expect(
      lastValueFrom(
        of(response).pipe(
          events(),
          (source) =>
            new Observable((s) =>
              source.subscribe({
                ...s,
                next: (e) => seen.push(e),
                error: (e) => s.error(e),
                complete: () => s.complete(),
              }),
            ),
        ),
      ),
    ).rejects.toBeInstanceOf(StreamInterruptedError);
    expect(seen.map(({ type }) => type)).toEqual(['metadata', 'text-delta', 'error']);
    expect(await text).not.toContain('m8_secret');
  });

  it('sends what comes in one go as one chunk, and a long go in several', async () => {
    const chunksOf = async (events: readonly RunEvent[]): Promise<number[]> => {
      const reader = relay(of(...events)).body!.getReader();
      const sizes: number[] = [];
      for (let read = await reader.read(); !read.done; read = await reader.read()) {
        sizes.push(read.value.length);
      }
      return sizes;
    };
    expect(await chunksOf(run)).toHaveLength(1);
    const delta: RunEvent = { type: 'text-delta', delta: 'x'.repeat(1_000) };
    const sizes = await chunksOf(Array.from({ length: 200 }, () => delta));
    expect(sizes.length).toBeGreaterThan(2);
    expect(Math.max(...sizes)).toBeLessThan(2 ** 16 + 2_000);
  });

  it('lets go of the run when the browser hangs up', async () => {
    let left = false;
    const response = relay(new Observable<RunEvent>(() => () => (left = true)));
    await response.body!.cancel();
    expect(left).toBe(true);
  });

  it('hangs up on a browser that does not read', async () => {
    let left = false;
    const response = relay(
      new Observable<RunEvent>((subscriber) => {
        subscriber.next({ type: 'text-delta', delta: 'x'.repeat(200) });
        return () => (left = true);
      }),
      { buffer: 100 },
    );
    await Promise.resolve();
    expect(left).toBe(true);
    await expect(response.text()).rejects.toThrow('100 bytes');
  });

  it('stops a run that comes at once when nobody reads it', async () => {
    let told = 0;
    const delta = 'x'.repeat(1_000);
    const response = relay(
      new Observable<RunEvent>((subscriber) => {
        while (!subscriber.closed && told < 10_000) {
          told++;
          subscriber.next({ type: 'text-delta', delta });
        }
      }),
      { buffer: 1_000 },
    );
    expect(told).toBeLessThan(200);
    await expect(response.text()).rejects.toThrow('1000 bytes');
  });

  it('breaks off at an event that is no JSON', async () => {
    const event = { type: 'done', stop_reason: 1n } as unknown as RunEvent;
    await expect(relay(of(event)).text()).rejects.toThrow('BigInt');
  });
});

describe('a browser that hangs up', () => {
  const conversation = function* () {
    yield* text('Shall I?');
    yield* question({ question: 'Shall I?', options: ['Yes', 'No'] });
    yield* text(' I shall.');
  };

  const served = async () => {
    const server = await localServer({ pace: 0, script: conversation });
    const client = createClient({ baseUrl: server.url, apiKey: 'm8_test' });
    return {
      server,
      client,
      params: { message: 'hello', human_in_the_loop: true },
      status: () => server.runs()[0]?.status,
    };
  };

  const goesOn = async ({ server, client, status }: Awaited<ReturnType<typeof served>>) => {
    await server.until(() => server.streams() === 0 && status() === 'awaiting_approval');
    const { id } = server.runs()[0]!;
    await lastValueFrom(client.runs.answer(id, { answers: { 'Shall I?': 'Yes' } }));
    await server.until(() => status() === 'completed');
    expect(server.runs()[0]).toMatchObject({ output: 'Shall I? I shall.' });
    expect(server.requests().map(({ path }) => path)).not.toContain(
      expect.stringContaining('/cancel'),
    );
  };

  it('leaves its run going on', async () => {
    const all = await served();
    try {
      const reader = relay(all.client.runs.create(all.params)).body!.getReader();
      let heard = '';
      while (!heard.includes('Shall I?')) heard += told(await reader.read());
      await reader.cancel();
      await goesOn(all);
    } finally {
      await all.server.close();
    }
  });

  it('leaves it going on before its first event, too', async () => {
    const all = await served();
    try {
      const response = relay(all.client.runs.create(all.params));
      await all.server.until(({ requests }) => requests().length === 1);
      await response.body!.cancel();
      await goesOn(all);
    } finally {
      await all.server.close();
    }
  });

  it('cancels it where the run says so itself', async () => {
    const { client, params, server, status } = await served();
    try {
      const run$ = client.runs.create(params, { onUnsubscribe: 'cancel' });
      const response = relay(run$);
      await server.until(({ requests }) => requests().length === 1);
      await response.body!.cancel();
      await server.until(() => status() === 'cancelled');
    } finally {
      await server.close();
    }
  });

  it('begins no run when it has left before there was one', async () => {
    const { client, params, server } = await served();
    try {
      let ready = () => {};
      const setup = new Promise<void>((resolve) => (ready = resolve));
      const response = relay(defer(() => setup).pipe(concatMap(() => client.runs.create(params))));
      await response.body!.cancel();
      ready();
      await lastValueFrom(client.runs.check()); // what would have been sent before has been
      expect(server.requests().map(({ method }) => method)).toEqual(['GET']);
    } finally {
      await server.close();
    }
  });
});
