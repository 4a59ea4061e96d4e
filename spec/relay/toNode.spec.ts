import { once } from 'node:events';
import {
  Agent,
  request as ask,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type ServerResponse,
} from 'node:http';
import { connect as connectHttp2, constants, createServer as createHttp2 } from 'node:http2';
import { connect, type AddressInfo } from 'node:net';
import { buffer, text } from 'node:stream/consumers';
import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createClient, events, InvalidArgumentError, textOnly } from 'm8tes-rx';
import { relay, toNode } from 'm8tes-rx/relay';
import { localServer } from 'm8tes-rx/testing';
import { lastValueFrom, Observable, reduce } from 'rxjs';
import { fromFetch } from 'rxjs/fetch';
import { listening } from '../http/listening';

type Handler = Parameters<typeof toNode>[0];

let tests = 0;
afterEach(() => void tests++);

/** Waits until something is so, as long as its test does. */
const until = async (isSo: () => boolean): Promise<void> => {
  for (const test = tests; !isSo() && test === tests;) await turn();
};

/** A handler on a socket; what stands before it, as middleware would; and what it could not do. */
const serving = async (
  handler: Handler,
  before: (request: IncomingMessage, response: ServerResponse) => unknown = () => {},
) => {
  const errors: unknown[] = [];
  const responses: ServerResponse[] = [];
  const listener = toNode(handler, { onError: (error) => errors.push(error) });
  const server = await listening((request, response) => {
    responses.push(response);
    void Promise.resolve(before(request, response)).then(() => listener(request, response));
  });
  return { ...server, errors, responses };
};

interface Asked {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string | Uint8Array;
  readonly agent?: Agent;
}

/** An answer as a client has it that adds nothing of its own. */
const answerOf = async (origin: string, { body, path = '/', ...options }: Asked = {}) => {
  const request = ask(`${origin}${path}`, { agent: false, ...options });
  request.end(body);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return { response, status: response.statusCode, headers: response.headers };
};

/** What a handler sees of a request. */
const seen = async (asked: Asked, before?: Parameters<typeof serving>[1]) => {
  const requests: { readonly url: string; readonly headers: Headers; readonly body: string }[] = [];
  const { origin, errors } = await serving(async (request) => {
    const { url, headers } = request;
    requests.push({ url, headers, body: await request.text() });
    return new Response('ok');
  }, before);
  const { status, response } = await answerOf(origin, asked);
  await text(response);
  return { ...requests[0]!, status, errors, origin };
};

/** A body whose end nobody sees, and what becomes of it. */
const endless = (first = 'data: 1\n\n') => {
  const state = { cancelled: false };
  const body = new ReadableStream({
    start: (controller) => controller.enqueue(new TextEncoder().encode(first)),
    cancel: () => void (state.cancelled = true),
  });
  return { state, body };
};

describe('the request', () => {
  it('is where it was sent', async () => {
    const { url, origin } = await seen({ path: '/runs/7/stream?after=%2F&x=1' });
    expect(url).toBe(`${origin}/runs/7/stream?after=%2F&x=1`);
  });

  it('is where it was sent behind a router that cuts off its own path, and a proxy that is trusted', async () => {
    const { url, origin } = await seen({ path: '/api/runs?x=1' }, (request) => {
      Object.assign(request, { originalUrl: request.url, url: '/runs?x=1', protocol: 'https' });
    });
    expect(url).toBe(`${origin.replace('http:', 'https:')}/api/runs?x=1`);
  });

  it('is https on a socket that is encrypted', async () => {
    const { url } = await seen({}, ({ socket }) => void Object.assign(socket, { encrypted: true }));
    expect(url).toMatch(/^https:/);
  });

  it('stays on its host, however its path begins', async () => {
    const { url, origin } = await seen({ path: '//evil.example/runs' });
    expect(url).toBe(`${origin}//evil.example/runs`);
  });

  it('has its headers: repeated ones, and cookies', async () => {
    const { headers } = await seen({
      headers: {
        'x-one': '1',
        'x-many': ['a', 'b'],
        cookie: ['a=1', 'b=2; c=3'],
        authorization: 'Bearer page',
      },
    });
    expect(headers.get('x-one')).toBe('1');
    expect(headers.get('x-many')).toBe('a, b');
    expect(headers.get('cookie')).toBe('a=1; b=2; c=3');
    expect(headers.get('authorization')).toBe('Bearer page');
  });

  it.each([
    ['a path in its host', 'GET / HTTP/1.1\r\nhost: a/admin\r\n\r\n'],
    ['a path in its host, and no host', 'GET /admin HTTP/1.1\r\nhost:\r\n\r\n'],
    ['a name in its host', 'GET / HTTP/1.1\r\nhost: a@b\r\n\r\n'],
    ['a query in its host', 'GET / HTTP/1.1\r\nhost: a?b\r\n\r\n'],
    ['a backslash in its host', 'GET / HTTP/1.1\r\nhost: a\\b\r\n\r\n'],
    ['no port in its host', 'GET / HTTP/1.1\r\nhost: a:b\r\n\r\n'],
    ['no path', 'OPTIONS * HTTP/1.1\r\nhost: a\r\n\r\n'],
    ['a method that the web has not', 'TRACE / HTTP/1.1\r\nhost: a\r\n\r\n'],
  ])('is refused with %s', async (_, raw) => {
    let isAsked = false;
    const { origin } = await serving(() => {
      isAsked = true;
      return new Response();
    });
    const socket = connect(Number(new URL(origin).port), '127.0.0.1');
    socket.write(raw.replace('\r\n\r\n', '\r\nconnection: close\r\n\r\n'));
    expect(await text(socket)).toMatch(/^HTTP\/1.1 400 /);
    expect(isAsked).toBe(false);
  });

  it('may come as a proxy is asked', async () => {
    const urls: string[] = [];
    const { origin } = await serving(({ url }) => {
      urls.push(url);
      return new Response();
    });
    const socket = connect(Number(new URL(origin).port), '127.0.0.1');
    socket.write('GET http://one.example/a?b HTTP/1.1\r\nhost: two\r\nconnection: close\r\n\r\n');
    expect(await text(socket)).toMatch(/^HTTP\/1.1 200 /);
    expect(urls).toEqual(['http://one.example/a?b']);
  });
});

describe("the request's body", () => {
  const body = JSON.stringify({ message: 'Здравствуй' });
  const headers = { 'content-type': 'application/json' };
  const asked = { method: 'POST', headers, body };

  it('is read as it comes', async () => {
    expect((await seen(asked)).body).toBe(body);
    expect((await seen({ method: 'POST' })).body).toBe('');
    expect((await seen({ method: 'DELETE' })).body).toBe('');
  });

  it('comes no faster than it is read, whole', async () => {
    const whole = new Uint8Array(24 * 2 ** 20).map((_, i) => i % 251);
    let arrived = 0;
    const { origin } = await serving(
      async (request) => {
        const got: Uint8Array[] = [];
        let most = 0;
        let taken = 0;
        for await (const chunk of request.body as unknown as AsyncIterable<Uint8Array>) {
          got.push(chunk);
          taken += chunk.length;
          await turn();
          most = Math.max(most, arrived - taken);
        }
        return Response.json({ same: Buffer.concat(got).equals(whole), most });
      },
      (request) => {
        const { push } = request;
        request.push = (chunk, ...more) => {
          arrived += (chunk as Uint8Array | null)?.length ?? 0;
          return push.call(request, chunk, ...more);
        };
      },
    );
    const { response } = await answerOf(origin, { method: 'POST', body: whole });
    const { same, most } = JSON.parse(await text(response)) as { same: boolean; most: number };
    expect(same).toBe(true);
    expect(most).toBeLessThan(2 ** 20);
    expect(arrived).toBe(whole.length);
  });

  const read = async (request: IncomingMessage) => {
    const raw = await buffer(request);
    return Object.assign(request, { body: undefined, raw });
  };

  it.each<[string, (raw: Buffer) => unknown]>([
    ['an object', (raw) => JSON.parse(raw.toString())],
    ['text', (raw) => raw.toString()],
    ['bytes', (raw) => raw],
  ])('is what a parser made of it: %s', async (_, parsed) => {
    const heard = await seen(asked, async (request) => {
      const { raw } = await read(request);
      Object.assign(request, { body: parsed(raw) });
    });
    expect(heard.body).toBe(body);
    expect(heard.headers.get('content-type')).toBe('application/json');
    expect(heard.headers.has('content-length')).toBe(false);
  });

  it.each([[null], [false], [0], [''], [[1]]])('may be %j', async (value) => {
    const heard = await seen(asked, async (request) => {
      await read(request);
      Object.assign(request, { body: value });
    });
    expect(heard.body).toBe(value === '' ? '' : JSON.stringify(value));
  });

  it('is not what a parser left there that did not read it', async () => {
    const heard = await seen(asked, (request) => void Object.assign(request, { body: {} }));
    expect(heard.body).toBe(body);
  });

  it('is not lost without a word where a parser took it elsewhere', async () => {
    const { status, errors } = await seen(asked, (request) => read(request));
    expect(status).toBe(500);
    expect(errors).toEqual([expect.any(InvalidArgumentError)]);
    expect(String(errors)).toContain('Object.assign(request.raw, { body: request.body })');
  });

  it('keeps its content type, whatever a parser made of it: a form is no JSON to who asks for that', async () => {
    const form = {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'message=hello',
    };
    const heard = await seen(form, async (request) => {
      await read(request);
      Object.assign(request, { body: { message: 'hello' } });
    });
    expect(heard.headers.get('content-type')).toBe('application/x-www-form-urlencoded');
  });

  it.each([
    ['none of', () => Promise.resolve()],
    ['a part of', (request: Request) => request.body!.getReader().read()],
    [
      'a part, and then no more, of',
      async (request: Request) => {
        const reader = request.body!.getReader();
        await reader.read();
        await reader.cancel();
      },
    ],
  ])('does not stand before the next request where %s it was read', async (_, some) => {
    const { origin, connected } = await serving(async (request) => {
      if (request.method === 'POST') await some(request);
      return new Response('ok');
    });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    try {
      const long = new Uint8Array(4 * 2 ** 20);
      const first = await answerOf(origin, { method: 'POST', body: long, agent });
      expect(await text(first.response)).toBe('ok');
      const second = await answerOf(origin, { agent });
      expect(await text(second.response)).toBe('ok');
      expect(connected()).toBe(1);
    } finally {
      agent.destroy();
    }
  });

  it('may be read to its end when the answer is over', async () => {
    const long = new Uint8Array(4 * 2 ** 20).fill(7);
    const heard: Promise<ArrayBuffer>[] = [];
    const { origin } = await serving((request) => {
      heard.push(request.arrayBuffer());
      return new Response(null, { status: 202 });
    });
    const agent = new Agent({ keepAlive: true });
    try {
      await answerOf(origin, { method: 'POST', body: long, agent });
      expect(Buffer.from(await heard[0]!).equals(long)).toBe(true);
    } finally {
      agent.destroy();
    }
  });

  it.each([
    ['while it is read', false],
    ['before it is read', true],
  ])('breaks off where the client goes away %s', async (_, isEarly) => {
    let failed: unknown;
    let isGone = false;
    const { origin, asked } = await serving(async (request) => {
      request.signal.addEventListener('abort', () => (isGone = true));
      if (isEarly) await until(() => isGone);
      await request.text().catch((error: unknown) => (failed = error));
      return new Response('too late');
    });
    const request = ask(origin, { method: 'POST', headers: { 'content-length': 100 } });
    request.on('error', () => {});
    request.write('half of it');
    await until(() => asked.length === 1);
    request.destroy();
    await until(() => failed !== undefined);
    expect(failed).toBeInstanceOf(TypeError);
  });
});

describe('the answer', () => {
  it('has the status, the headers and the cookies that the handler gives, beside those there are', async () => {
    const { origin } = await serving(
      () => {
        const headers = new Headers({ 'x-one': '1', connection: 'close', vary: 'accept' });
        headers.append('set-cookie', 'a=1; Path=/');
        headers.append('set-cookie', 'b=2, 3');
        return new Response('gone', { status: 410, statusText: 'Long Gone', headers });
      },
      (_, response) => {
        response.setHeader('access-control-allow-origin', '*');
        response.setHeader('set-cookie', 'session=0');
      },
    );
    const { response, status, headers } = await answerOf(origin);
    expect([status, response.statusMessage, await text(response)]).toEqual([
      410,
      'Long Gone',
      'gone',
    ]);
    expect(headers).toMatchObject({
      'x-one': '1',
      vary: 'accept',
      'access-control-allow-origin': '*',
      'set-cookie': ['session=0', 'a=1; Path=/', 'b=2, 3'],
    });
  });

  it('begins at once, before there is any of its body', async () => {
    const { origin } = await serving(() => new Response(new ReadableStream()));
    const { response, status } = await answerOf(origin);
    expect(status).toBe(200);
    response.destroy();
  });

  it.each([
    ['HEAD', 200],
    ['GET', 204],
    ['GET', 304],
  ])('has no body to a %s with %i, and lets go of one', async (method, status) => {
    const { body, state } = endless();
    const { origin } = await serving(() => {
      const answer = new Response(body);
      Object.defineProperty(answer, 'status', { value: status });
      return answer;
    });
    const answer = await answerOf(origin, { method });
    expect([answer.status, await text(answer.response)]).toEqual([status, '']);
    expect(state.cancelled).toBe(true);
  });

  it('is told no faster than it is taken, whole', async () => {
    const piece = new Uint8Array(64 * 1024).fill(1);
    const pieces = 1_024;
    let made = 0;
    const { origin, responses } = await serving(
      () =>
        new Response(
          new ReadableStream({
            pull(controller) {
              if (made++ < pieces) controller.enqueue(piece);
              else controller.close();
            },
          }),
        ),
    );
    const { response } = await answerOf(origin);
    response.pause();
    let before = -1;
    while (made !== before) {
      before = made;
      for (let i = 0; i < 200; i++) await turn();
    }
    expect(responses[0]!.writableNeedDrain).toBe(true);
    expect(responses[0]!.writableLength).toBeLessThan(2 ** 20);
    expect(made).toBeLessThan(pieces / 2);
    let length = 0;
    for await (const chunk of response) length += (chunk as Uint8Array).length;
    expect(length).toBe(pieces * piece.length);
    expect(
      responses[0]!.listenerCount('drain') + responses[0]!.listenerCount('close'),
    ).toBeLessThan(8);
  });

  it('is broken off where its body fails: never a clean end', async () => {
    const { origin, errors } = await serving(() => {
      let isTold = false;
      return new Response(
        new ReadableStream({
          async pull(controller) {
            if (isTold) await until(() => isHeard);
            if (isTold) controller.error(new Error('m8_secret'));
            else controller.enqueue(new TextEncoder().encode('data: 1\n\n'));
            isTold = true;
          },
        }),
      );
    });
    let isHeard = false;
    const { response } = await answerOf(origin);
    const heard: string[] = [];
    const reading = (async () => {
      for await (const chunk of response) {
        heard.push(String(chunk));
        isHeard = true;
      }
    })();
    await expect(reading).rejects.toThrow('aborted');
    expect(heard).toEqual(['data: 1\n\n']);
    expect(errors).toEqual([new Error('m8_secret')]);
  });

  it('is broken off where its body is not of bytes, and lets go of it', async () => {
    let isCancelled = false;
    const body = new ReadableStream<unknown>({
      start: (controller) => controller.enqueue({ not: 'bytes' }),
      cancel: () => void (isCancelled = true),
    });
    const { origin } = await serving(() => new Response(body as ReadableStream<Uint8Array>));
    const { response } = await answerOf(origin);
    await expect(text(response)).rejects.toThrow('aborted');
    await until(() => isCancelled);
  });

  it.each<[string, Handler]>([
    [
      'throws',
      () => {
        throw new Error('m8_secret');
      },
    ],
    ['rejects', () => Promise.reject(new Error('m8_secret'))],
    ['gives no response', () => undefined as unknown as Response],
    ['gives an error for a response', () => Response.error()],
    [
      'gives one that was read',
      async () => {
        const answer = new Response('m8_secret', { headers: { 'content-length': '9' } });
        await answer.text();
        return answer;
      },
    ],
  ])('is a bare 500 where the handler %s', async (_, handler) => {
    const { origin, errors } = await serving(handler, (__, response) =>
      response.setHeader('content-length', '1000'),
    );
    const { response, status, headers } = await answerOf(origin);
    expect([status, await text(response)]).toEqual([500, '']);
    expect(JSON.stringify(headers)).not.toContain('m8_secret');
    expect(headers['content-length']).not.toBe('1000');
    expect(errors).toHaveLength(1);
  });

  it('is let go of where somebody else ends it', async () => {
    let isCancelled = false;
    const { origin, responses } = await serving(
      () =>
        new Response(
          new ReadableStream({
            async pull(controller) {
              controller.enqueue(new Uint8Array(10));
              if (isTaken) responses[0]!.end();
              await turn();
            },
            cancel: () => void (isCancelled = true),
          }),
        ),
    );
    let isTaken = false;
    const { response } = await answerOf(origin);
    response.once('data', () => (isTaken = true));
    await until(() => isCancelled);
  });

  it('outlives who is told of errors, and cannot bear it', async () => {
    const listener = toNode(() => Promise.reject(new Error('one')), {
      onError: () => {
        throw new Error('two');
      },
    });
    const { origin } = await listening(listener);
    expect((await answerOf(origin)).status).toBe(500);
    expect((await answerOf(origin)).status).toBe(500);
  });
});

describe('a client that goes away', () => {
  const asking = (origin: string) => {
    const request = ask(origin, { agent: false });
    request.on('error', () => {});
    request.end();
    return request;
  };

  it('before there is an answer: the signal says so, and the body that comes is let go of', async () => {
    const { body, state } = endless();
    const signals: AbortSignal[] = [];
    const { origin, errors } = await serving(async ({ signal }) => {
      signals.push(signal);
      await until(() => signal.aborted);
      return new Response(body);
    });
    const request = asking(origin);
    await until(() => signals.length === 1);
    request.destroy();
    await until(() => state.cancelled);
    expect(errors).toEqual([]);
  });

  it('before there is an answer, whose handler then fails: nobody is told', async () => {
    let isOver = false;
    let isAsked = false;
    const { origin, errors } = await serving(async ({ signal }) => {
      isAsked = true;
      await until(() => signal.aborted);
      isOver = true;
      throw signal.reason;
    });
    const request = asking(origin);
    await until(() => isAsked);
    request.destroy();
    await until(() => isOver);
    await turn();
    expect(errors).toEqual([]);
  });

  it('before the handler was called', async () => {
    const { body, state } = endless();
    let isAborted: boolean | undefined;
    const { origin } = await serving(
      ({ signal }) => {
        isAborted = signal.aborted;
        return new Response(body);
      },
      async (_, response) => {
        request.destroy();
        await once(response, 'close');
      },
    );
    const request = asking(origin);
    await until(() => state.cancelled);
    expect(isAborted).toBe(true);
  });

  it('in the middle of the body, which is let go of in that moment', async () => {
    const { body, state } = endless();
    const signals: AbortSignal[] = [];
    const { origin, responses, errors } = await serving(({ signal }) => {
      signals.push(signal);
      return new Response(body);
    });
    const { response } = await answerOf(origin);
    await once(response, 'data');
    const closed = once(responses[0]!, 'close');
    response.destroy();
    await closed;
    expect(signals[0]!.aborted).toBe(true);
    expect(state.cancelled).toBe(true);
    expect(errors).toEqual([]);
  });

  it('while it was too slow', async () => {
    let isCancelled = false;
    const { origin, responses } = await serving(
      () =>
        new Response(
          new ReadableStream({
            pull: (controller) => controller.enqueue(new Uint8Array(2 ** 20)),
            cancel: () => void (isCancelled = true),
          }),
        ),
    );
    const { response } = await answerOf(origin);
    response.pause();
    await until(() => responses[0]?.writableNeedDrain === true);
    response.destroy();
    await until(() => isCancelled);
  });

  it('in the moment in which there is more for it', async () => {
    let isCancelled = false;
    const { origin, responses, errors } = await serving(
      () =>
        new Response(
          new ReadableStream({
            pull(controller) {
              controller.enqueue(new Uint8Array(10));
              if (isTaken) responses[0]!.destroy();
            },
            cancel: () => void (isCancelled = true),
          }),
        ),
    );
    let isTaken = false;
    const { response } = await answerOf(origin);
    response.on('error', () => {});
    response.once('data', () => (isTaken = true));
    await until(() => isCancelled);
    expect(errors).toEqual([]);
  });

  it('is told to a handler that kept the signal alone', async () => {
    setFlagsFromString('--expose-gc');
    const gc = runInNewContext('gc') as () => void;
    const { body } = endless();
    const signals: AbortSignal[] = [];
    const { origin } = await serving(({ signal }) => {
      signals.push(signal);
      return new Response(body);
    });
    const { response } = await answerOf(origin);
    await once(response, 'data');
    for (let i = 0; i < 3; i++) {
      await turn();
      gc();
    }
    response.destroy();
    await until(() => signals[0]!.aborted);
  });

  it('is none where it has the whole answer', async () => {
    const signals: AbortSignal[] = [];
    const { origin, responses, sockets } = await serving(({ signal }) => {
      signals.push(signal);
      return new Response('ok');
    });
    const { response } = await answerOf(origin);
    await text(response);
    await until(() => sockets() === 0 && responses[0]!.closed);
    expect(signals[0]!.aborted).toBe(false);
  });
});

describe('on HTTP/2', () => {
  const closings: (() => void)[] = [];
  afterEach(() => closings.splice(0).forEach((close) => close()));

  const asking = async (handler: Handler, headers: { readonly [name: string]: string } = {}) => {
    const errors: unknown[] = [];
    const server = createHttp2(toNode(handler, { onError: (error) => errors.push(error) }));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const session = connectHttp2(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    closings.push(
      () => session.destroy(),
      () => server.close(),
    );
    const stream = session.request({ ':path': '/a?b', ':method': 'POST', ...headers });
    return { stream, errors, session };
  };

  it('is asked and answered as elsewhere', async () => {
    const { stream, session } = await asking(
      async (request) =>
        Response.json(
          { url: request.url, headers: [...request.headers.keys()], body: await request.text() },
          { statusText: 'Fine', headers: { 'x-one': '1', connection: 'keep-alive' } },
        ),
      { 'x-two': '2', cookie: 'a=1' },
    );
    stream.end('hello');
    const [headers] = (await once(stream, 'response')) as [{ readonly [name: string]: unknown }];
    expect(headers).toMatchObject({ ':status': 200, 'x-one': '1' });
    const told = JSON.parse(await text(stream)) as { url: string; headers: string[]; body: string };
    expect(told.url).toBe(`${session.originSet?.[0] ?? told.url.slice(0, -4)}/a?b`);
    expect(told.headers).toEqual(expect.arrayContaining(['cookie', 'x-two']));
    expect(told.headers.filter((name) => name.startsWith(':'))).toEqual([]);
    expect(told.body).toBe('hello');
  });

  it('is broken off, alone, where its body fails', async () => {
    const { stream, errors, session } = await asking(() => {
      let isTold = false;
      return new Response(
        new ReadableStream({
          pull(controller) {
            if (isTold) controller.error(new Error('failed'));
            else controller.enqueue(new TextEncoder().encode('1'));
            isTold = true;
          },
        }),
      );
    });
    stream.end();
    await expect(text(stream)).rejects.toHaveProperty('code', 'ERR_HTTP2_STREAM_ERROR');
    expect(stream.rstCode).toBe(constants.NGHTTP2_INTERNAL_ERROR);
    expect(session.closed).toBe(false);
    expect(errors).toEqual([new Error('failed')]);
  });

  it.each([
    ['left', constants.NGHTTP2_CANCEL],
    ['failed', constants.NGHTTP2_INTERNAL_ERROR],
  ])('is let go of, where the client has %s', async (_, code) => {
    const { body, state } = endless();
    const signals: AbortSignal[] = [];
    const { stream, errors } = await asking(({ signal }) => {
      signals.push(signal);
      return new Response(body);
    });
    stream.end();
    await once(stream, 'data');
    stream.on('error', () => {});
    stream.close(code);
    await until(() => state.cancelled);
    expect(signals[0]!.aborted).toBe(true);
    expect(errors).toEqual([]);
  });

  it('is no request any more where the client has gone before the handler was called', async () => {
    const { body, state } = endless();
    const listener = toNode(() => new Response(body));
    const server = createHttp2((request, response) => {
      response.once('close', () => listener(request, response));
      stream.close(constants.NGHTTP2_CANCEL);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const session = connectHttp2(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    closings.push(
      () => session.destroy(),
      () => server.close(),
    );
    const stream = session.request({ ':path': '/' });
    await until(() => state.cancelled);
  });
});

describe('a run that is relayed', () => {
  it('reaches a browser, and is left by one', async () => {
    const api = await localServer({ pace: 0 });
    try {
      const client = createClient({ baseUrl: api.url, apiKey: 'm8_test' });
      const { origin } = await serving(async (request) =>
        relay(client.runs.create({ message: await request.text() })),
      );
      const asked = fromFetch(origin, { method: 'POST', body: 'hello' });
      const told$ = asked.pipe(
        events(),
        textOnly(),
        reduce((all, text) => all + text, ''),
      );
      expect(await lastValueFrom(told$)).toBe(api.runs()[0]!.output);

      let isLeft = false;
      const idle = await serving(() => relay(new Observable(() => () => (isLeft = true))));
      const { response } = await answerOf(idle.origin);
      await once(response, 'data');
      response.destroy();
      await until(() => isLeft);
    } finally {
      await api.close();
    }
  });
});
