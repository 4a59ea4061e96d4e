import { of } from 'rxjs';
import { ApiError, ConnectionError, DecodeError } from '../../lib/errors';
import { responseOf } from '../../lib/http/fetching';
import { refuse } from '../../lib/http/refuse';
import type { Request } from '../../lib/http/Request';
import type { TransportResponse } from '../../lib/http/Transport';
import { marbles } from '../helpers/marbles';
import { aBody, errorOf, told } from './holding';

const apiKey = 'm8_kEy';
const baseUrl = 'https://api.test';
const name = 'POST https://api.test/x';
const init = { method: 'POST', headers: {}, redirect: 'manual', credentials: 'omit' } as const;
const json = { 'content-type': 'application/json' };

const asked = (accept: Request['accept'] = ['application/json']): Request => ({
  method: 'POST',
  path: '/x',
  accept,
  repeatable: false,
});

const through = (response: TransportResponse, accept?: Request['accept']) =>
  of(response).pipe(
    refuse({ apiKey, baseUrl }, asked(accept), { name, url: `${baseUrl}/x?q=1`, init }),
  );

const refused = async (response: Response, accept?: Request['accept']) =>
  (await errorOf(through(responseOf(response), accept))) as ApiError;

describe('refuse', () => {
  describe('lets through', () => {
    it.each<[string, Request['accept'], ResponseInit]>([
      ['JSON', ['application/json'], { headers: json }],
      [
        'JSON of a charset',
        ['application/json'],
        { headers: { 'content-type': 'Application/JSON ; charset=utf-8' } },
      ],
      ['JSON that was created', ['application/json'], { status: 201, headers: json }],
      [
        'a stream',
        ['text/event-stream'],
        { headers: { 'content-type': 'text/event-stream; charset=utf-8' } },
      ],
      [
        'the second of what was asked for',
        ['text/event-stream', 'application/json'],
        { headers: json },
      ],
      [
        'anything, where anything is welcome',
        ['*/*'],
        { headers: { 'content-type': 'image/png' } },
      ],
      ['anything, where it is not read', [], { headers: { 'content-type': 'text/html' } }],
    ])('%s', async (_, accept, init) => {
      const response = new Response('unread', init);
      const given = responseOf(response);
      expect((await told(through(given, accept))).values[0]).toBe(given);
      expect(response.bodyUsed).toBe(false);
    });

    it('nothing where nothing is read', async () => {
      const response = new Response(null, { status: 204 });
      const given = responseOf(response);
      expect((await told(through(given, []))).values[0]).toBe(given);
    });
  });

  describe('is a DecodeError', () => {
    it.each<[string, Request['accept'], string | undefined, string]>([
      ['HTML for JSON', ['application/json'], 'text/html', 'text/html where application/json'],
      [
        'HTML for a stream',
        ['text/event-stream', 'application/json'],
        'text/html; charset=utf-8',
        'text/html where text/event-stream or application/json',
      ],
      [
        'JSON for a stream',
        ['text/event-stream'],
        'application/json',
        'application/json where text/event-stream',
      ],
      [
        'a stream for JSON',
        ['application/json'],
        'text/event-stream',
        'text/event-stream where application/json',
      ],
      ['text for JSON', ['application/json'], 'text/plain', 'text/plain where application/json'],
      [
        'a likeness of JSON',
        ['application/json'],
        'application/json-seq',
        'application/json-seq where application/json',
      ],
      ['no type', ['application/json'], undefined, 'no content type where application/json'],
    ])('for %s, without the body', async (_, accept, type, why) => {
      const held = aBody('<title>dumped</title>');
      held.end();
      const headers = type === undefined ? {} : { 'content-type': type };
      const error = await refused(new Response(held.stream, { headers }), accept);
      expect(error).toBeInstanceOf(DecodeError);
      expect(error.message).toBe(
        `${name} was answered with ${why} was asked for: check baseUrl (${baseUrl})`,
      );
    });
  });

  describe('is a ConnectionError', () => {
    it.each([300, 301, 302, 303, 304, 307, 308])('for the redirect %i', async (status) => {
      const headers = { location: 'https://evil.test/path?secret=1' };
      const body = status === 304 ? null : 'moved';
      const error = await refused(new Response(body, { status, headers }));
      expect(error).toBeInstanceOf(ConnectionError);
      expect(error.code).toBe('REDIRECTED');
      expect(error.message).toBe(
        `${name} was redirected to https://evil.test, and a redirect is not followed: ` +
          'it would take the request elsewhere; set baseUrl to the final address',
      );
    });

    it.each([
      ['a relative place', '/elsewhere'],
      ['no place', undefined],
      ['a place that quotes the key', `https://${apiKey}.test/`],
    ])('for a redirect to %s', async (_, location) => {
      const headers = location === undefined ? {} : { location };
      const error = await refused(new Response('', { status: 307, headers }));
      expect(error.message).toMatch(/^POST https:\/\/api.test\/x was redirected/);
      expect(error.message).not.toContain(apiKey);
    });

    it("for a browser's opaque redirect", async () => {
      const opaque = { type: 'opaqueredirect', status: 0, ok: false, body: null };
      const error = await refused({ ...opaque, headers: new Headers() } as Response);
      expect(error).toBeInstanceOf(ConnectionError);
    });
  });

  describe('is an ApiError', () => {
    it('of one cause and one advice where the address is wrong', async () => {
      const nowhere = new Response('{"detail":"Not Found"}', { status: 404 });
      expect((await refused(nowhere)).message).toBe(
        'POST https://api.test/x was refused (404 missing): no route matched. What to do: check ' +
          'baseUrl (https://api.test): it probably lacks /api/v2',
      );
      const page = new Response('<!doctype html>', { status: 404 });
      expect((await refused(page)).message).toBe(
        'POST https://api.test/x was refused (404 missing): an HTML page came, from some other ' +
          'web server. What to do: check baseUrl (https://api.test)',
      );
    });

    it.each([
      [400, 'invalid'],
      [401, 'unauthorized'],
      [402, 'billing'],
      [403, 'forbidden'],
      [404, 'missing'],
      [405, 'invalid'],
      [409, 'conflict'],
      [410, 'invalid'],
      [418, 'invalid'],
      [422, 'invalid'],
      [429, 'rate-limit'],
      [500, 'server'],
      [502, 'server'],
      [503, 'server'],
      [599, 'server'],
    ])('of status %i and kind %s, whatever was asked for', async (status, kind) => {
      for (const accept of [['application/json'], ['text/event-stream'], ['*/*'], []] as const) {
        const error = await refused(new Response('why', { status }), accept);
        expect(error).toBeInstanceOf(ApiError);
        expect(error).toMatchObject({ kind, status });
        expect(error.message).toMatch(
          new RegExp(`^${name} was refused \\(${status} ${kind}\\): why\\. What to do: .{20}`),
        );
      }
    });

    it('with all that the API said', async () => {
      const body = {
        error: {
          message: 'Slow down',
          error_code: 'limited',
          request_id: 'req_1',
          doc_url: 'https://d.test',
        },
      };
      const headers = { ...json, 'retry-after': '3', 'x-request-id': 'req_2' };
      const error = await refused(Response.json(body, { status: 429, headers }));
      expect({ ...error }).toEqual({
        name: 'ApiError',
        kind: 'rate-limit',
        status: 429,
        code: 'limited',
        requestId: 'req_1',
        docUrl: 'https://d.test',
        retryAfter: 3_000,
      });
    });

    it.each([
      ['of a header', { 'x-request-id': 'req_2' }, 'req_2'],
      ['of nowhere', {}, undefined],
    ])('with the request id %s', async (_, headers, requestId) => {
      expect((await refused(new Response('', { status: 500, headers }))).requestId).toBe(requestId);
    });

    it('with a Retry-After that is a date', async () => {
      jest.useFakeTimers({
        now: Date.parse('2026-03-01T12:00:00Z'),
        doNotFake: ['setImmediate', 'queueMicrotask', 'nextTick'],
      });
      try {
        const headers = { 'retry-after': 'Sun, 01 Mar 2026 12:00:09 GMT' };
        const error = await refused(new Response('', { status: 429, headers }));
        expect(error.retryAfter).toBe(9_000);
      } finally {
        jest.useRealTimers();
      }
    });

    it('of a body that breaks off', async () => {
      const held = aBody('{"error": ');
      held.fail(new TypeError('terminated'));
      const error = await refused(new Response(held.stream, { status: 403 }));
      expect(error).toMatchObject({ kind: 'forbidden', status: 403 });
      expect(error.message).toContain('no reason given');
    });

    it(
      'of a body that never ends, which is waited for for 5 s',
      marbles(({ expectObservable }) => {
        const { stream } = aBody('and');
        const status = through(responseOf(new Response(stream, { status: 403 })));
        const error = new ApiError(
          `${name} was refused (403 forbidden): no reason given. What to do: this key may not do that`,
          { kind: 'forbidden', status: 403 },
        );
        expectObservable(status).toBe('5s #', undefined, error);
      }),
    );

    it('of a body of which 64 KiB are read, and the rest is cancelled', async () => {
      const chunk = 'x'.repeat(16 * 1024);
      let pulled = 0;
      const cancel = jest.fn();
      const endless = new ReadableStream<Uint8Array>(
        {
          pull: (controller) => {
            pulled++;
            controller.enqueue(new TextEncoder().encode(chunk));
          },
          cancel,
        },
        { highWaterMark: 0 },
      );
      const error = await refused(new Response(endless, { status: 500 }));
      expect(error).toMatchObject({ kind: 'server' });
      expect(error.message.length).toBeLessThan(800);
      expect(pulled).toBe(4);
      expect(cancel).toHaveBeenCalledTimes(1);
    });
  });

  const long = 'x'.repeat(600);
  it.each([
    ['plain text', long],
    ['a message', { error: { message: long } }],
    ['an error', { error: long }],
    ['a detail', { detail: long }],
    ['a list of details', { detail: [{ loc: [long], msg: long }] }],
  ])('keeps %s short', async (_, body) => {
    const response = new Response(typeof body === 'string' ? body : JSON.stringify(body), {
      status: 422,
    });
    expect((await refused(response)).message).toContain(`: ${'x'.repeat(500)}…. What to do`);
  });

  it('tells in one line, and not at length, what others wrote', async () => {
    const odd = '\u001b[31m\r\n\u0085\u2028\u202e';
    const plain = '\ufffd[31m' + '\ufffd'.repeat(5);
    const message = `no ${odd} such`;
    const error = { message, error_code: odd, request_id: odd + long, doc_url: odd };
    const told = await refused(Response.json({ error }, { status: 404 }));
    expect(told.message).toContain(`: no ${plain} such. What`);
    expect(told).toMatchObject({ code: plain, docUrl: plain });
    expect(told.requestId).toMatch(/^\ufffd\[31m\ufffd{5}x+…$/);
    expect(told.requestId).toHaveLength(65);
    const headers = { 'content-type': `text/${long}`, location: `https://${long}.test` };
    const page = await refused(new Response('', { headers }));
    expect(page.message).toContain(`with text/${'x'.repeat(59)}… where`);
    const redirect = await refused(new Response('', { status: 302, headers }));
    expect(redirect.message).toMatch(/redirected to https:\/\/x{52}…, and/);
  });

  it.each([
    ['its message', { error: { message: `bad key ${apiKey}!` } }],
    ['a message that is cut', { error: { message: `${'x'.repeat(495)}${apiKey}` } }],
    ['its code', { error: { message: 'no', error_code: `no_${apiKey}` } }],
    ['its request id', { error: { message: 'no', request_id: apiKey } }],
    ['its page', { error: { message: 'no', doc_url: `https://d.test/${apiKey}` } }],
    ['a detail', { detail: [{ loc: ['header', apiKey], msg: apiKey }] }],
    ['text', { error: apiKey }],
  ])('does not quote a key that the server quotes in %s', async (_, body) => {
    // A server may fold its letters, too.
    const folds = [
      String,
      (text: string) => text.toUpperCase(),
      (text: string) => text.toLowerCase(),
    ];
    for (const fold of folds) {
      const folded: unknown = JSON.parse(JSON.stringify(body).replaceAll(apiKey, fold(apiKey)));
      const error = await refused(Response.json(folded, { status: 401 }));
      const told = JSON.stringify([error.message, error]).toLowerCase();
      expect(told).not.toContain(apiKey.slice(0, 5).toLowerCase());
    }
  });

  it('does not quote a key that was escaped', async () => {
    const body = '{"error": {"message": "m8\\u005fkEy", "error_code": "m8\\u005fkEy"}}';
    const error = await refused(new Response(body, { status: 401 }));
    expect(JSON.stringify([error.message, error])).not.toContain(apiKey);
  });

  it('does not quote a key in a header', async () => {
    for (const key of [apiKey, apiKey.toUpperCase()]) {
      const headers = { 'x-request-id': key, 'content-type': `text/${key}` };
      const error = await refused(new Response('', { status: 401, headers }));
      expect(error.requestId).toBe('[apiKey]');
      const page = await refused(new Response('', { headers }));
      expect(page.message).toContain('with text/[apiKey] where');
    }
  });

  describe('of a relay', () => {
    const relayRefuses = async (status: number, body: string, response: ResponseInit = {}) =>
      (await errorOf(
        of(responseOf(new Response(body, { ...response, status }))).pipe(
          refuse({ baseUrl: '/m8tes', credentials: 'same-origin' }, asked(), {
            ...{ name: 'POST /m8tes/x', url: '/m8tes/x', init },
          }),
        ),
      )) as ApiError;
    const said = JSON.stringify({ error: { message: 'no undefined apiKey here' } });

    it.each([
      [401, 'unauthorized', 'sign in, and try again'],
      [403, 'forbidden', 'you are not allowed to do that'],
      [404, 'missing', 'check the id; it is not there, or not yours to see'],
      [409, 'conflict', 'it has moved on meanwhile; read its state before you try again'],
      [500, 'server', 'the fault is on the server; try again later'],
    ])('says what a person can do about %d', async (status, kind, todo) => {
      const { message } = await relayRefuses(status, said);
      expect(message).toBe(
        `POST /m8tes/x was refused (${status} ${kind}): no undefined apiKey here. What to do: ${todo}`,
      );
    });

    it.each<readonly [string, number, string, ResponseInit]>([
      ['a page', 502, '<html>', {}],
      ['no route', 404, '{"detail":"Not Found"}', {}],
      ['another type', 200, 'hi', { headers: { 'content-type': 'text/plain' } }],
      ['a redirect', 302, '', { headers: { location: 'https://login.test/in?secret=1' } }],
      ...[400, 401, 402, 403, 404, 409, 422, 429, 500].map(
        (status) => [`${status}`, status, '', {}] as const,
      ),
    ])('names no option that a page has not: %s', async (_, status, body, init) => {
      const { message } = await relayRefuses(status, body || null!, init);
      expect(message).toMatch(/^POST \/m8tes\/x /);
      expect(message).not.toMatch(/apiKey|baseUrl|API_KEY|key|api\/v2|undefined|user_id|secret/);
    });

    it('is not followed elsewhere: it may be a sign-in page', async () => {
      const error = await relayRefuses(302, null!, {
        headers: { location: 'https://login.test/' },
      });
      expect(error).toBeInstanceOf(ConnectionError);
      expect(error.message).toMatch(
        /was redirected to https:\/\/login\.test, .*; sign in, or set relay to the final address$/,
      );
    });
  });
});
