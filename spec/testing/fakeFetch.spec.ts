import { createContext, runInContext } from 'node:vm';
import { buildSync } from 'esbuild';
import { collectRun, createClient, type ConnectionState, type RunEvent } from 'm8tes-rx';
import { verifyWebhook } from 'm8tes-rx/server';
import { fakeFetch, localServer, run, text, wait, type Fault, type Script } from 'm8tes-rx/testing';
import { firstValueFrom, lastValueFrom, toArray, type Observable } from 'rxjs';
import { forever } from './held';
import { eventsIn } from './served';

const clientOf = (fetch: ReturnType<typeof fakeFetch>) =>
  createClient({
    fetch,
    apiKey: 'm8_test',
    resume: { delay: 1 },
    retries: { delay: 1 },
    onLog: () => {},
  });

const all = (run$: Observable<RunEvent>) => lastValueFrom(run$.pipe(toArray()));

const fetches: ReturnType<typeof fakeFetch>[] = [];
const faked = (...given: Parameters<typeof fakeFetch>) => {
  const fetch = fakeFetch(...given);
  fetches.push(fetch);
  return fetch;
};
afterEach(() => fetches.splice(0).forEach((fetch) => fetch.close()));

/** Asks as a client does that has no library. */
const post = (fetch: ReturnType<typeof fakeFetch>, init: RequestInit = {}) =>
  fetch('https://api.m8tes.ai/api/v2/runs/', {
    method: 'POST',
    headers: { authorization: 'Bearer m8_test', 'content-type': 'application/json' },
    body: '{"message":"hello"}',
    ...init,
  });

describe('fakeFetch', () => {
  it('plays a script to a client, at whatever address', async () => {
    const fetch = faked(() => text('Two tickets ', 'are open.'));
    const said = lastValueFrom(
      clientOf(fetch).runs.create({ message: 'What is open?' }).pipe(collectRun()),
    );
    expect(await said).toMatchObject({ run_id: 123, text: 'Two tickets are open.' });
    expect(fetch.requests()).toMatchObject([
      { route: 'create', path: '/api/v2/runs/', body: { message: 'What is open?' }, closed: false },
    ]);
    expect(fetch.runs()).toMatchObject([{ id: 123, status: 'completed' }]);
    expect(JSON.stringify(fetch.requests())).not.toContain('m8_test');
  });

  it('plays the next of several scripts with each run, then the last again', async () => {
    const fetch = faked([() => text('one'), run().text('two').done(), () => text('more')]);
    const { runs } = clientOf(fetch);
    const said: string[] = [];
    for (let i = 0; i < 4; i++) {
      const { text } = await lastValueFrom(runs.create({ message: 'go' }).pipe(collectRun()));
      said.push(text);
    }
    expect(said).toEqual(['one', 'two', 'more', 'more']);
  });

  it('answers every request as the server on a socket does', async () => {
    const faults: readonly Fault[] = [{ on: 'check', status: 503, retryAfter: 3 }];
    const server = await localServer({ pace: 0, faults });
    const fetch = faked(undefined, { faults });
    const timeless = (text: string) => text.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'then');
    const form = () => {
      const body = new FormData();
      body.append('payload', '{"message":"read this","stream":false}');
      body.append('files', new Blob(['a,b'], { type: 'text/csv' }), 'numbers.csv');
      return body;
    };
    const asked: readonly (readonly [string, string, (() => FormData | string)?])[] = [
      ['POST', '/runs/', () => '{"message":"hello"}'],
      ['POST', '/runs/', () => '{"message":'],
      ['POST', '/runs/with-files', form],
      ['GET', '/runs/check'],
      ['GET', '/runs'],
      ['GET', '/nowhere'],
      ['PATCH', '/runs/123'],
      ['GET', '/runs/124/files/numbers.csv/download'],
      ['POST', '/runs/123/share'],
      ['DELETE', '/runs/123/share'],
      ['GET', '/runs/%ff'],
      ['GET', '/runs/999'],
    ];
    for (const [method, path, body] of asked) {
      const answers = await Promise.all(
        [fetch, globalThis.fetch].map(async (fetch) => {
          const response = await fetch(server.url + path, {
            method,
            headers: { authorization: 'Bearer m8_test' },
            redirect: 'manual',
            ...(body === undefined ? {} : { body: body() }),
          });
          const { status, headers } = response;
          const shown = Object.fromEntries(
            [...headers].filter(
              ([name]) => !/^(date|connection|keep-alive|transfer-encoding)$/.test(name),
            ),
          );
          return {
            path,
            status,
            headers: timeless(JSON.stringify(shown)),
            text: timeless(await response.text()),
          };
        }),
      );
      expect(answers[0]).toEqual(answers[1]);
    }
    await server.close();
  });

  it('breaks off where a fault says so, and a client heals it', async () => {
    const states: ConnectionState['state'][] = [];
    const fetch = faked(() => text('One ', 'two ', 'three ', 'four'), {
      faults: [
        { on: 'create', reset: 'before-handling' },
        { on: 'create', reset: 'before-headers' },
        { on: 'join', cut: { afterEvents: 3 } },
        { on: 'join', rejoin: 3, split: 5 },
      ],
    });
    const client = createClient({
      fetch,
      apiKey: 'm8_test',
      resume: { delay: 1 },
      retries: { delay: 1 },
      onConnection: ({ state }) => void states.push(state),
    });
    const result = await lastValueFrom(client.runs.create({ message: 'go' }).pipe(collectRun()));
    expect(result.text).toBe('One two three four');
    expect(fetch.runs()).toHaveLength(1);
    expect(states.length).toBeGreaterThan(0);
  });

  it('delivers what was sent before a break, and then breaks', async () => {
    const fetch = faked(() => text('a', 'b', 'c'), { faults: [{ cut: { afterEvents: 3 } }] });
    const response = await post(fetch);
    await fetch.until(() => fetch.streams() === 0); // all of it waits to be read
    const decoder = new TextDecoder();
    let read = '';
    const reading = (async () => {
      for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
        read += decoder.decode(chunk, { stream: true });
      }
    })();
    await expect(reading).rejects.toThrow('terminated');
    expect(eventsIn(read).map(({ type }) => type)).toEqual([
      'metadata',
      'text-start',
      'text-delta',
    ]);
  });

  it('hears when a client lets go', async () => {
    const fetch = faked(forever);
    const subscription = clientOf(fetch).runs.create({ message: 'go' }).subscribe();
    await fetch.until(({ streams }) => streams() === 1);
    expect(fetch.requests()).toMatchObject([{ closed: false }]);
    subscription.unsubscribe();
    await fetch.until(({ requests }) => requests()[0]!.closed);
    expect(fetch.streams()).toBe(0);
  });

  it('is torn by its signal, before and after the headers', async () => {
    const fetch = faked(forever);
    const reason = new Error('enough');
    await expect(post(fetch, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(fetch.requests()).toEqual([]);
    const controller = new AbortController();
    const response = await post(fetch, { signal: controller.signal });
    const reading = response.text();
    controller.abort(reason);
    await expect(reading).rejects.toBe(reason);
    expect(fetch.streams()).toBe(0);
    expect(fetch.requests()).toMatchObject([{ closed: true }]);
  });

  it.each([
    ['manual', 307],
    ['follow', 200],
  ] as const)('has a redirect as `fetch` has it: %s', async (redirect, status) => {
    const fetch = faked();
    const headers = { authorization: 'Bearer m8_test' };
    const response = await fetch('https://example.com/api/v2/runs?limit=5', { headers, redirect });
    expect(response.status).toBe(status);
    const last = status === 307 ? response.headers.get('location') : fetch.requests().at(-1)?.path;
    expect(last).toMatch(/\/api\/v2\/runs\/\?limit=5$/);
  });

  it('rejects where a redirect is to be an error', async () => {
    const url = 'https://example.com/api/v2/runs';
    await expect(faked()(url, { redirect: 'error' })).rejects.toThrow('fetch failed');
  });

  it('takes a Request as well', async () => {
    const response = await faked()(
      new Request('https://example.com/api/v2/runs/', {
        headers: { authorization: 'Bearer m8_test' },
      }),
    );
    expect(await response.json()).toMatchObject({ data: [] });
  });

  it('hands webhooks to a handler, whatever their URL', async () => {
    const told: string[] = [];
    let secret = '';
    const fetch = faked(() => text('done'), {
      onWebhook: async (request) => {
        const body = await request.text();
        told.push((await verifyWebhook({ body, headers: request.headers, secret })).type);
        return new Response(null, { status: told.length === 1 ? 500 : 204 });
      },
    });
    const client = clientOf(fetch);
    const endpoint$ = client.webhooks.create({ url: 'https://example.com/hooks' });
    const { id, secret: made = '' } = await lastValueFrom(endpoint$);
    secret = made;
    await lastValueFrom(client.runs.create({ message: 'go' }));
    await fetch.until(() => told.length === 3);
    expect([...new Set(told)].sort()).toEqual(['run.completed', 'run.started']);
    let attempts: number[] = [];
    while (attempts.join() !== '1,2') {
      const deliveries = await lastValueFrom(client.webhooks.deliveries(id).pipe(toArray()));
      attempts = deliveries.map(({ attempts }) => attempts ?? 0).sort();
    }
  });

  it('needs no timers to be advanced where no time passes, and those that are where it does', async () => {
    jest.useFakeTimers();
    try {
      const instant = faked(() => text('at once'));
      expect((await all(clientOf(instant).runs.create({ message: 'go' }))).length).toBe(5);
      const slow: Script = function* () {
        yield* text('a');
        yield* wait(60 * 60_000);
        yield* text('b');
      };
      const fetch = faked(slow);
      const said: string[] = [];
      const client = createClient({ fetch, apiKey: 'm8_test', timeouts: { idle: Infinity } });
      const subscription = client.runs
        .streamText({ message: 'go' })
        .subscribe((text) => said.push(text));
      await fetch.until(() => said.length === 1);
      await jest.advanceTimersByTimeAsync(60 * 60_000);
      await fetch.until(() => said.length === 2);
      expect(said).toEqual(['a', 'b']);
      subscription.unsubscribe();
    } finally {
      jest.useRealTimers();
    }
  });

  it('leaves no timer behind a run that never ends, once it is closed', async () => {
    const timers = () =>
      process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
    const before = timers();
    const fetch = fakeFetch(forever);
    const response = await post(fetch);
    expect(timers()).toBe(before + 1); // of the keepalives
    fetch.close();
    await expect(response.text()).rejects.toThrow('terminated');
    expect(timers()).toBe(before);
    await expect(post(fetch)).rejects.toThrow('fetch failed');
  });

  it.each([
    ['an option that there is not', { paces: 0 }, /^paces is unknown: did you mean pace\?/],
    ['a pace that is none', { pace: -1 }, /^pace must be/],
    ['a history that there is not', { history: 'all' }, /^history must be one of whole, turn/],
    ['no list of faults', { faults: {} }, /^faults must be a list/],
  ])('refuses %s', (_, options, message) => {
    expect(() => fakeFetch(undefined, options as object)).toThrow(message);
  });

  it.each([[[]], ['hello'], [{}], [[() => [], 7]]])('refuses %j as a script', (script) => {
    expect(() => fakeFetch(script as unknown as Script)).toThrow(/^script must be/);
  });

  it('runs where there is no Node: bundled as for a browser, with what the web has', async () => {
    const { outputFiles } = buildSync({
      stdin: {
        contents: `
          import { createClient, collectRun } from '../../lib/index';
          import { fakeFetch, signWebhook, text } from '../../lib/testing/index';
          import { lastValueFrom } from 'rxjs';
          const fetch = fakeFetch(() => text('no ', 'Node'), { faults: [{ cut: { afterEvents: 3 } }] });
          const client = createClient({
            fetch, apiKey: 'm8_test', resume: { delay: 1 }, retries: { delay: 1 }, onLog: () => {},
          });
          globalThis.played = Promise.all([
            lastValueFrom(client.runs.create({ message: 'go' }).pipe(collectRun())),
            signWebhook('{}', 'whsec_1'),
            typeof process + typeof Buffer + typeof setImmediate,
          ]);
        `,
        resolveDir: __dirname,
        loader: 'ts',
      },
      bundle: true,
      write: false,
      platform: 'browser',
      format: 'iife',
      logLevel: 'error',
    });
    const { TextEncoder, TextDecoder, Request, Response, Headers, ReadableStream } = globalThis;
    const { URL, URLSearchParams, AbortController, AbortSignal, FormData, Blob } = globalThis;
    const { setTimeout, clearTimeout, setInterval, clearInterval } = globalThis;
    const { crypto, performance, queueMicrotask } = globalThis;
    const web = {
      ...{ TextEncoder, TextDecoder, Request, Response, Headers, ReadableStream },
      ...{ URL, URLSearchParams, AbortController, AbortSignal, FormData, Blob },
      ...{ setTimeout, clearTimeout, setInterval, clearInterval },
      ...{ crypto, performance, queueMicrotask },
    };
    const context = createContext(web) as { readonly played: Promise<readonly unknown[]> };
    runInContext(outputFiles[0]!.text, context);
    const [result, webhook, nothing] = await context.played;
    expect(nothing).toBe('undefined'.repeat(3));
    expect(result).toMatchObject({ text: 'no Node' });
    expect(webhook).toMatchObject({ body: '{}' });
  });

  it('gives the first event before there is a second', async () => {
    const fetch = faked(forever);
    const first = await firstValueFrom(clientOf(fetch).runs.create({ message: 'go' }));
    expect(first).toMatchObject({ type: 'metadata' });
  });
});
