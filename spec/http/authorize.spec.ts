import { InvalidArgumentError } from '../../lib/errors';
import { authorize } from '../../lib/http/authorize';
import type { Request } from '../../lib/http/Request';

const origin = { baseUrl: 'https://api.test/api/v2', apiKey: 'm8_key' };
const asked = (more: Partial<Request> = {}) =>
  authorize(origin, {
    method: 'GET',
    path: '/things/1',
    accept: ['application/json'],
    repeatable: true,
    ...more,
  });
const headers = (more: Partial<Request>) => asked(more).init.headers as Record<string, string>;

describe('authorize', () => {
  it('addresses and signs a request, and lets no redirect carry it on', () => {
    expect(asked()).toEqual({
      url: 'https://api.test/api/v2/things/1',
      name: 'GET https://api.test/api/v2/things/1',
      init: {
        method: 'GET',
        headers: { authorization: 'Bearer m8_key', accept: 'application/json' },
        redirect: 'manual',
        credentials: 'omit',
      },
    });
  });

  it.each(['same-origin', 'include'] as const)(
    'sends a relay no key, but what cookies there are (%s)',
    (credentials) => {
      const { url, name, init } = authorize(
        { baseUrl: '/m8tes', credentials },
        { method: 'POST', path: '/things/', accept: ['application/json'], repeatable: false },
      );
      expect([url, name]).toEqual(['/m8tes/things/', 'POST /m8tes/things/']);
      expect(init).toEqual({
        method: 'POST',
        headers: { accept: 'application/json' },
        redirect: 'manual',
        credentials,
      });
    },
  );

  it.each([
    ['nothing', undefined, ''],
    ['no names', {}, ''],
    ['only what was not given', { user_id: undefined }, ''],
    ['texts, numbers and flags', { a: 'x', b: 2, c: true }, '?a=x&b=2&c=true'],
    ['what is nothing but given', { a: 0, b: false }, '?a=0&b=false'],
    ['what must be encoded', { user_id: 'a&b=ü #' }, '?user_id=a%26b%3D%C3%BC+%23'],
  ])('writes a query of %s', (_, query, expected) => {
    const { url, name } = asked({ query: query as Request['query'] & object });
    expect(url).toBe(`https://api.test/api/v2/things/1${expected}`);
    expect(name).toBe('GET https://api.test/api/v2/things/1');
  });

  it.each([
    [['text/event-stream', 'application/json'] as const, 'text/event-stream, application/json'],
    [['*/*'] as const, '*/*'],
    [[] as const, '*/*'],
  ])('asks for %j', (accept, expected) => {
    expect(headers({ accept })['accept']).toBe(expected);
  });

  it('says that text is JSON, and leaves a form to say what it is', () => {
    const form = new FormData();
    expect(headers({ body: '{}' })['content-type']).toBe('application/json');
    expect(headers({ body: form })).not.toHaveProperty('content-type');
    expect(asked({ body: form }).init.body).toBe(form);
    expect(asked().init).not.toHaveProperty('body');
  });

  it.each(['a', 'x'.repeat(255), '5f0c6a1e-0000-4000-8000-000000000000', '!~'])(
    'sends the idempotency key %j',
    (idempotencyKey) => {
      expect(headers({ idempotencyKey })['idempotency-key']).toBe(idempotencyKey);
    },
  );

  it.each(['1', 'gen-12-0f3c', 'x'.repeat(255)])('asks for what follows %j', (lastEventId) => {
    expect(headers({ lastEventId })['last-event-id']).toBe(lastEventId);
  });

  it.each([undefined, '', 'a b', 'a\r\nX-Evil: 1', 'a\n', 'ключ', 'x'.repeat(256)])(
    'asks for all of it where %j is no id that a header can hold',
    (lastEventId) => {
      expect(headers({ lastEventId })).not.toHaveProperty('last-event-id');
    },
  );

  it.each(['', ' ', 'a b', 'a\r\nX-Evil: 1', 'a\n', 'a\0', 'tab\t', 'ключ', 'x'.repeat(256)])(
    'refuses the idempotency key %j, and does not quote it',
    (idempotencyKey) => {
      const refused = () => asked({ idempotencyKey });
      expect(refused).toThrow(InvalidArgumentError);
      expect(refused).toThrow(/^idempotencyKey must be 1 to 255 visible ASCII characters/);
    },
  );
});
