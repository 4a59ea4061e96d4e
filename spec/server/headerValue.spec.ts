import type { IncomingHttpHeaders } from 'node:http';
import { InvalidArgumentError } from '../../lib/errors';
import { headerValue, type WebhookHeaders } from '../../lib/server/headerValue';

const read = (headers: WebhookHeaders) => headerValue(headers, 'Webhook-Id');

describe('headerValue', () => {
  it("reads Node's headers: lower-cased, some of them lists", () => {
    const headers: IncomingHttpHeaders = { 'webhook-id': 'msg_1', 'set-cookie': ['a', 'b'] };
    expect(read(headers)).toBe('msg_1');
    expect(read({ 'webhook-id': ['msg_1'] })).toBe('msg_1');
    expect(read(Object.assign(Object.create(null), { 'webhook-id': ['msg_1'] }))).toBe('msg_1');
  });

  it('reads Fetch headers', () => {
    expect(read(new Headers({ 'WEBHOOK-ID': 'msg_1' }))).toBe('msg_1');
    expect(read(new Headers())).toBeUndefined();
  });

  it.each(['Webhook-Id', 'webhook-id', 'WEBHOOK-ID', 'webHook-iD'])(
    'reads a plain object, in any case: %s',
    (name) => {
      expect(read({ Host: 'example.com', [name]: 'msg_1' })).toBe('msg_1');
    },
  );

  it('joins repeated values by commas, as Fetch does, whatever their case', () => {
    expect(read({ 'webhook-id': ['a', 'b'], 'Webhook-Id': 'c' })).toBe('a, b, c');
  });

  it('finds nothing where there is nothing', () => {
    expect(read({})).toBeUndefined();
    expect(read({ 'webhook-id': undefined })).toBeUndefined();
    expect(read({ 'x-webhook-id': 'msg_1' })).toBeUndefined();
    expect(headerValue({}, 'constructor')).toBeUndefined();
    expect(headerValue({}, '__proto__')).toBeUndefined();
  });

  it('is not misled by a header called get', () => {
    expect(read({ get: 'x', 'webhook-id': 'msg_1' })).toBe('msg_1');
  });

  it.each([undefined, null, 'webhook-id: msg_1'])('refuses %p for headers', (headers) => {
    expect(() => read(headers as unknown as WebhookHeaders)).toThrow(InvalidArgumentError);
  });
});
