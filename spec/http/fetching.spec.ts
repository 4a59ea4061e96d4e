import { inspect } from 'node:util';
import { createClient } from 'm8tes-rx';
import { take } from 'rxjs';
import { ConnectionError } from '../../lib/errors';
import { bodyOf, fetching, type Fetch } from '../../lib/http/fetching';
import { isTransient } from '../../lib/http/retry';
import type { TransportRequest } from '../../lib/http/Transport';
import { marbles } from '../helpers/marbles';
import { aBody, errorOf, settled, told, until } from './holding';
import { listening } from './listening';

const text = (chunks: readonly Uint8Array[]) => Buffer.concat(chunks).toString();

const call: TransportRequest = {
  url: 'https://api.test/x?user_id=ada',
  method: 'GET',
  headers: { accept: '*/*' },
  redirect: 'manual',
  credentials: 'omit',
};

/** A fetch that the spec answers. */
const aFetch = () => {
  const signals: AbortSignal[] = [];
  let resolve!: (response: Response) => void;
  let reject!: (error: unknown) => void;
  const fetch = jest.fn<ReturnType<Fetch>, Parameters<Fetch>>((_, init) => {
    signals.push(init.signal!);
    return new Promise((...settle) => ([resolve, reject] = settle));
  });
  return {
    fetch,
    signals,
    answer: (response: Response) => resolve(response),
    fail: (error: unknown) => reject(error),
  };
};

describe('fetching', () => {
  it('sends nothing before it is subscribed to, and once for each subscriber', async () => {
    const { fetch } = aFetch();
    const response$ = fetching(fetch)(call);
    await settled();
    expect(fetch).not.toHaveBeenCalled();
    response$.subscribe();
    response$.subscribe();
    await settled();
    expect(fetch).toHaveBeenCalledTimes(2);
    expect(fetch.mock.calls[0]?.[0]).toBe(call.url);
  });

  it('gives one response, its body unread, and does not abort what was answered', async () => {
    const response = new Response('unread');
    const fetch = jest.fn<ReturnType<Fetch>, Parameters<Fetch>>(async () => response);
    const { values } = await told(fetching(fetch)(call));
    expect(values).toEqual([expect.objectContaining({ status: 200, headers: response.headers })]);
    expect(response.bodyUsed).toBe(false);
    expect(fetch.mock.calls[0]?.[1].signal?.aborted).toBe(false);
  });

  it('aborts when it is left before the headers, and says nothing of it', async () => {
    const { fetch, signals, fail } = aFetch();
    const observer = { next: jest.fn(), error: jest.fn(), complete: jest.fn() };
    const subscription = fetching(fetch)(call).subscribe(observer);
    await until(() => signals.length === 1);
    subscription.unsubscribe();
    expect(signals[0]?.aborted).toBe(true);
    fail(signals[0]?.reason);
    await settled();
    for (const told of Object.values(observer)) expect(told).not.toHaveBeenCalled();
  });

  it('sends nothing when it is left at once', async () => {
    const { fetch } = aFetch();
    fetching(fetch)(call).subscribe().unsubscribe();
    await settled();
    expect(fetch).not.toHaveBeenCalled();
  });

  it('cancels a response that comes all the same', async () => {
    const { fetch, signals, answer } = aFetch();
    const held = aBody('late');
    const next = jest.fn();
    const subscription = fetching(fetch)(call).subscribe(next);
    await until(() => signals.length === 1);
    subscription.unsubscribe();
    answer(new Response(held.stream));
    await until(() => held.cancelled.mock.calls.length === 1);
    expect(next).not.toHaveBeenCalled();
  });

  it('takes a late response that cannot be cancelled, or has no body', async () => {
    const held = new Response('locked');
    held.body?.getReader();
    for (const response of [held, new Response(null)]) {
      const { fetch, signals, answer } = aFetch();
      const subscription = fetching(fetch)(call).subscribe();
      await until(() => signals.length === 1);
      subscription.unsubscribe();
      answer(response);
      await settled();
    }
  });

  const secret = 'Headers.append: "Bearer m8_very_secret" failed.';
  const refused = new TypeError('fetch failed', { cause: { code: 'ECONNREFUSED' } });
  const ring: Error & { cause?: unknown } = new Error('in a ring');
  ring.cause = ring;
  const touchy = Object.defineProperty(new Error('touchy'), 'code', {
    get: () => {
      throw new RangeError('do not touch');
    },
  });
  const silent: readonly [string, Fetch, string | undefined][] = [
    ['rejects', () => Promise.reject(new TypeError(secret)), undefined],
    ['rejects with a code', () => Promise.reject(refused), 'ECONNREFUSED'],
    ['rejects with a ring of causes', () => Promise.reject(ring), undefined],
    ['rejects with what must not be touched', () => Promise.reject(touchy), undefined],
    ['rejects because of it', () => Promise.reject(new Error('', { cause: touchy })), undefined],
    [
      'rejects with nothing',
      async () => {
        throw undefined;
      },
      undefined,
    ],
    [
      'throws at once',
      () => {
        throw new TypeError(secret);
      },
      undefined,
    ],
  ];
  it.each(silent)('makes a ConnectionError of a fetch that %s', async (_, fetch, code) => {
    const error = await errorOf(fetching(fetch)(call));
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error).toMatchObject({ code });
    expect(error.message).toBe(
      `GET https://api.test/x got no answer${code === undefined ? '' : ` (${code})`}; ` +
        'check the network, and the address: baseUrl, or relay',
    );
  });

  it.each<[string, Fetch]>([
    ['throws', () => (undefined as unknown as { ask: Fetch }).ask('', {})],
    ['rejects', async () => Promise.reject(new ReferenceError('nothing is not defined'))],
  ])('tells a mistake in a fetch that %s from a network that fails', async (_, fetch) => {
    const error = await errorOf(fetching(fetch)(call));
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error).toMatchObject({ code: 'THROWN', cause: { message: expect.any(String) } });
    expect(error.message).toMatch(
      /^GET https:..api.test.x was not answered: fetch has thrown a \w+Error/,
    );
    expect(isTransient(error)).toBe(false);
  });

  it('keeps why, without the key', async () => {
    const headers = { authorization: 'Bearer m8_very_secret' };
    const fetch: Fetch = () => Promise.reject(new TypeError(secret, { cause: refused }));
    const error = await errorOf(fetching(fetch)({ ...call, headers }));
    expect(error.cause).toMatchObject({
      name: 'TypeError',
      message: 'Headers.append: "Bearer [apiKey]" failed.',
      cause: { message: 'fetch failed' },
    });
    expect(inspect(error, { depth: 9 })).not.toContain('m8_very_secret');
  });

  it('says that the platform has no fetch, and that one can be given', async () => {
    const { fetch } = globalThis;
    try {
      Reflect.deleteProperty(globalThis, 'fetch');
      const { runs } = createClient({ apiKey: 'm8_key' });
      expect(await errorOf(runs.create({ message: 'hi' }))).toMatchObject({
        name: 'InvalidArgumentError',
        argument: 'fetch',
        message: expect.stringContaining('createClient({ fetch })'),
      });
    } finally {
      globalThis.fetch = fetch;
    }
  });

  it(
    'says why it gets nowhere in virtual time, and asks nobody',
    marbles(({ expectObservable, flush }) => {
      const fetch = jest.fn(() => Promise.reject(new Error('asked')));
      const nowhere = expect.objectContaining({
        name: 'InvalidArgumentError',
        argument: 'fetch',
        message: expect.stringMatching(/virtual time, where no Promise settles: .*fakeApi/),
      });
      expectObservable(fetching(fetch)(call)).toBe('#', {}, nowhere);
      const client = createClient({ fetch, apiKey: 'm8_key' });
      expectObservable(client.runs.create({ message: 'hello' })).toBe('#', {}, nowhere);
      flush();
      expect(fetch).not.toHaveBeenCalled();
    }),
  );

  it('is not taken for one in virtual time where a spec has set the clock', async () => {
    jest.useFakeTimers({ now: 0, doNotFake: ['setImmediate'] });
    const { values } = await told(fetching(async () => new Response('then'))(call));
    jest.useRealTimers();
    expect(values).toHaveLength(1);
  });

  it('closes its socket when it is left before the headers', async () => {
    const { origin, asked, sockets } = await listening(() => {});
    const subscription = fetching(fetch)({ ...call, url: origin }).subscribe();
    await until(() => asked.length === 1);
    subscription.unsubscribe();
    await until(() => sockets() === 0);
  });
});

describe('bodyOf', () => {
  it('gives the chunks as they come', async () => {
    const held = aBody('one ', 'two');
    held.end();
    const { values, error } = await told(bodyOf(new Response(held.stream)));
    expect(values.map((chunk) => text([chunk]))).toEqual(['one ', 'two']);
    expect(error).toBeUndefined();
  });

  it('of no body is no chunk', async () => {
    expect(await told(bodyOf(new Response(null, { status: 204 })))).toEqual({ values: [] });
  });

  it('is not locked before it is subscribed to', () => {
    const response = new Response('later');
    bodyOf(response);
    expect(response.body?.locked).toBe(false);
  });

  it.each([
    ['with a code', Object.assign(new TypeError('terminated'), { cause: { code: 'ECONNRESET' } })],
    ['without one', new TypeError('terminated: Bearer m8_key')],
  ])('that breaks off %s is a ConnectionError, in our words', async (_, cause) => {
    const held = aBody('one');
    held.fail(cause);
    const error = await errorOf(bodyOf(new Response(held.stream)));
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error.message).toMatch(/^the answer broke off( \(ECONNRESET\))?$/);
  });

  it('is cancelled by who unsubscribes, and says nothing more', async () => {
    const held = aBody('one');
    const next = jest.fn();
    const subscription = bodyOf(new Response(held.stream)).subscribe(next);
    await until(() => next.mock.calls.length === 1);
    held.push('two');
    subscription.unsubscribe();
    await settled();
    expect(held.cancelled).toHaveBeenCalledTimes(1);
    expect(next).toHaveBeenCalledTimes(1);
  });

  it('is cancelled when enough was taken', async () => {
    const held = aBody('one', 'two');
    expect((await told(bodyOf(new Response(held.stream)).pipe(take(1)))).values).toHaveLength(1);
    expect(held.cancelled).toHaveBeenCalledTimes(1);
  });

  it('that ended is not cancelled', async () => {
    const held = aBody('one');
    held.end();
    await told(bodyOf(new Response(held.stream)));
    expect(held.cancelled).not.toHaveBeenCalled();
  });

  it('closes its socket when it is left', async () => {
    const { origin, sockets } = await listening((_, response) => void response.write('one'));
    const response = await fetch(origin);
    expect(sockets()).toBe(1);
    await told(bodyOf(response).pipe(take(1)));
    await until(() => sockets() === 0);
  });

  it('that is cut on the wire is an error, not an end', async () => {
    const { origin } = await listening((_, response) => {
      response.write('one', () => setImmediate(() => response.socket?.destroy()));
    });
    const error = await errorOf(bodyOf(await fetch(origin)));
    expect(error).toBeInstanceOf(ConnectionError);
  });
});
