import { DecodeError } from '../../lib/errors';
import type { WebhookKind } from '../../lib/events/webhooks';
import { decodeWebhook } from '../../lib/server/WebhookEvent';

/** The seven kinds of the contract. [wire §6] */
const kinds: { readonly [kind in WebhookKind]: true } = {
  'run.started': true,
  'run.completed': true,
  'run.failed': true,
  'run.cancelled': true,
  'run.awaiting_input': true,
  'run.message_received': true,
  'run.message_cancelled': true,
};

const decode = (body: string) => decodeWebhook(new TextEncoder().encode(body));

describe('decodeWebhook', () => {
  it.each(Object.keys(kinds))('hands on %s as it is, with every field', (type) => {
    const event = { type, run_id: 123, data: { output: null, list: [1] } };
    expect(decode(JSON.stringify(event))).toEqual(event);
  });

  it('tells kinds apart by type', () => {
    const event = decode('{"type":"run.failed","error":"boom"}');
    const told: 'run.failed' | 'other' = event.type === 'run.failed' ? event.type : 'other';
    const field: unknown = event.type === 'run.failed' ? event['error'] : undefined;
    const name: string | undefined = event.type === 'unknown' ? event.name : undefined;
    expect([told, field, name]).toEqual(['run.failed', 'boom', undefined]);
  });

  it.each([
    ['run.paused', 'run.paused'],
    ['unknown', 'unknown'],
    ['__proto__', '__proto__'],
    ['constructor', 'constructor'],
    ['', ''],
    [7, ''],
    [null, ''],
    [['run.failed'], ''],
  ])('passes a kind of tomorrow on, whole: %j', (type, name) => {
    const raw = { type, run_id: 1 };
    expect(decode(JSON.stringify(raw))).toEqual({ type: 'unknown', name, raw });
  });

  it('passes an object without a kind on, whole', () => {
    expect(decode('{}')).toEqual({ type: 'unknown', name: '', raw: {} });
  });

  it('is not moved by __proto__', () => {
    const smuggled = decode('{"__proto__":{"type":"run.completed","admin":true}}');
    expect(smuggled).toMatchObject({ type: 'unknown', name: '' });
    const event = decode('{"type":"run.completed","__proto__":{"admin":true}}');
    expect(event).toHaveProperty('type', 'run.completed');
    expect(Object.getPrototypeOf(event)).toBe(Object.prototype);
    expect(Object.getPrototypeOf({ ...event })).toBe(Object.prototype);
    expect({}).not.toHaveProperty('admin');
  });

  it('reads what is not UTF-8 with replacement characters, as Fetch does', () => {
    const bytes = Buffer.concat([
      Buffer.from('{"type":"run.failed","note":"'),
      Buffer.of(0xff),
      Buffer.from('"}'),
    ]);
    expect(decodeWebhook(bytes)).toEqual({ type: 'run.failed', note: '\ufffd' });
  });

  it('reads past a byte order mark', () => {
    expect(decode('\ufeff{"type":"run.started"}')).toEqual({ type: 'run.started' });
  });

  it.each(['', ' ', 'hello', '{"type":"run.started"', 'null', '[]', '"run.started"', '7', 'true'])(
    'refuses %j: not a JSON object',
    (body) => {
      expect(() => decode(body)).toThrow(DecodeError);
    },
  );

  it('never quotes the body', () => {
    expect.assertions(2);
    try {
      decode('swordfish');
    } catch (error) {
      expect(String(error)).not.toContain('swordfish');
      expect(error).not.toHaveProperty('cause');
    }
  });
});
