import { createHmac } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { runInNewContext } from 'node:vm';
import {
  DecodeError,
  InvalidArgumentError,
  SignatureError,
  verifyWebhook,
  type VerifyWebhookOptions,
} from 'm8tes-rx/server';

const secret = 'whsec_test';
const now = new Date(1_700_000_000_000);
const timestamp = '1700000000';
const body = '{"type":"run.completed","run_id":123}';

/** The signature of a body as the contract words it, by hand. [wire §6] */
const sign = (raw: string | Uint8Array, key = secret, at = timestamp): string =>
  `v1=${createHmac('sha256', key).update(`msg_1.${at}.`).update(raw).digest('hex')}`;

const headersOf = (signature: string, at = timestamp) => ({
  'webhook-id': 'msg_1',
  'webhook-timestamp': at,
  'webhook-signature': signature,
});

const verify = (options: Partial<VerifyWebhookOptions> = {}) =>
  verifyWebhook({ body, headers: headersOf(sign(body)), secret, now, ...options });

const thrown = (verified: Promise<unknown>): Promise<Error> =>
  verified.then(
    () => Promise.reject(new Error('nothing was thrown')),
    (error: Error) => error,
  );

describe('verifyWebhook', () => {
  it('returns the event of a fixed vector', async () => {
    // openssl dgst -sha256 -hmac whsec_test, of `msg_1.1700000000.` and the body
    const hex = '358e1c43e62b31cbbad9373e80277ec9844939aca691da62f54fe07277dd2284';
    expect(sign(body)).toBe(`v1=${hex}`);
    expect(await verify({ headers: headersOf(`v1=${hex}`) })).toEqual({
      type: 'run.completed',
      run_id: 123,
    });
  });

  it('takes the body as text, bytes or a buffer', async () => {
    const bytes = new TextEncoder().encode(body);
    for (const raw of [body, bytes, Buffer.from(body), bytes.buffer]) {
      expect(await verify({ body: raw })).toHaveProperty('type', 'run.completed');
    }
  });

  it('takes a buffer that is shared, or of another realm, and a date of one', async () => {
    const shared = new Uint8Array(new SharedArrayBuffer(body.length));
    shared.set(new TextEncoder().encode(body));
    const foreign = runInNewContext('new Uint8Array(bytes).buffer', {
      bytes: Array.from(shared),
    }) as ArrayBuffer;
    const then = runInNewContext('new Date(now)', { now: now.getTime() }) as Date;
    for (const raw of [shared, shared.buffer as unknown as ArrayBuffer, foreign]) {
      expect(await verify({ body: raw, now: then })).toHaveProperty('type', 'run.completed');
    }
  });

  it('gives what it verified, whatever becomes of the buffer meanwhile', async () => {
    for (const shown of [(raw: Buffer) => raw, (raw: Buffer) => new Uint8Array(raw).buffer]) {
      const raw = shown(Buffer.from(body));
      const verified = verify({ body: raw });
      Buffer.from(raw as ArrayBuffer).fill('x');
      if (Buffer.isBuffer(raw)) raw.fill('x');
      expect(await verified).toEqual({ type: 'run.completed', run_id: 123 });
    }
  });

  it('rejects, and throws nothing', async () => {
    const nothing = verifyWebhook(undefined as unknown as VerifyWebhookOptions);
    await expect(nothing).rejects.toBeInstanceOf(Error);
  });

  it('encodes text as UTF-8', async () => {
    const text = '{"type":"run.failed","note":"é"}';
    const headers = headersOf(sign(Buffer.from(text, 'utf8')));
    expect(await verify({ body: text, headers })).toHaveProperty('note', 'é');
  });

  it('takes of a buffer only the part a view shows', async () => {
    const { buffer } = new TextEncoder().encode(`<${body}>`);
    for (const view of [
      new Uint8Array(buffer, 1, body.length),
      Buffer.from(buffer, 1, body.length),
    ]) {
      expect(await verify({ body: view })).toHaveProperty('type', 'run.completed');
    }
  });

  it.each([
    ['a parsed object', { type: 'run.completed' }],
    ['a parsed list', [1, 2]],
    ['nothing', undefined],
    ['null', null],
    ['a number', 7],
  ])('refuses %s for a body, and asks for the raw one', async (_, parsed) => {
    const refused = verify({ body: parsed as unknown as string });
    await expect(refused).rejects.toThrow(InvalidArgumentError);
    await expect(refused).rejects.toThrow(/^body must be the raw body.+Pass the raw body/);
  });

  it('holds bytes that are not UTF-8 against the signature as they are', async () => {
    const bytes = Buffer.from('{"type":"run.failed","note":"\xff"}', 'latin1');
    const hex = 'e6c5a84050edaf84208fb8ce60de1141763854522955f499d9afc8f36c7be1e0'; // openssl's
    const headers = headersOf(`v1=${hex}`);
    expect(await verify({ body: bytes, headers })).toHaveProperty('type', 'run.failed');
    // The same bytes read as text are other bytes.
    await expect(verify({ body: bytes.toString('utf8'), headers })).rejects.toThrow(SignatureError);
  });

  it('takes the headers of Node, of Fetch, or in any case', async () => {
    const lower = headersOf(sign(body));
    const upper = Object.fromEntries(
      Object.entries(lower).map(([name, value]) => [name.toUpperCase(), value]),
    );
    const lists = Object.fromEntries(
      Object.entries(lower).map(([name, value]) => [name, [value]] as const),
    );
    const node: IncomingHttpHeaders = { ...lower, 'set-cookie': ['a', 'b'] };
    const bare = Object.assign(Object.create(null) as object, lower);
    for (const headers of [node, bare, upper, lists, new Headers(lower)]) {
      expect(await verify({ headers })).toHaveProperty('type', 'run.completed');
    }
  });

  it.each(['Webhook-Id', 'webhook-id', 'WEBHOOK-ID', 'webHook-iD'])(
    'finds a header in any case: %s',
    async (name) => {
      const { 'webhook-id': id, ...others } = headersOf(sign(body));
      const headers = { Host: 'example.com', ...others, [name]: id };
      expect(await verify({ headers })).toHaveProperty('type', 'run.completed');
    },
  );

  it('joins repeated values by commas, as Fetch does, whatever their case', async () => {
    const { 'webhook-id': _, ...others } = headersOf('');
    const signature = `v1=${createHmac('sha256', secret).update(`a, b, c.${timestamp}.${body}`).digest('hex')}`;
    const headers = {
      ...others,
      'webhook-signature': signature,
      'webhook-id': ['a', 'b'],
      'Webhook-Id': 'c',
    };
    expect(await verify({ headers })).toHaveProperty('type', 'run.completed');
  });

  it('is not misled by a header called get', async () => {
    expect(await verify({ headers: { get: 'x', ...headersOf(sign(body)) } })).toHaveProperty(
      'run_id',
      123,
    );
  });

  it.each([{}, { 'webhook-id': undefined }, { 'x-webhook-id': 'msg_1' }])(
    'finds no id in %j',
    async (headers) => {
      await expect(verify({ headers })).rejects.toThrow('Webhook-Id is missing');
    },
  );

  it.each([undefined, null, 'webhook-id: msg_1'])('refuses %p for headers', async (headers) => {
    await expect(verify({ headers: headers as unknown as Headers })).rejects.toThrow(
      InvalidArgumentError,
    );
  });

  it.each(['Webhook-Id', 'Webhook-Timestamp', 'Webhook-Signature'])(
    'refuses a request without %s, and names it',
    async (name) => {
      const headers = new Headers(headersOf(sign(body)));
      headers.delete(name);
      await expect(verify({ headers })).rejects.toThrow(SignatureError);
      await expect(verify({ headers })).rejects.toThrow(`${name} is missing`);
      headers.set(name, '');
      await expect(verify({ headers })).rejects.toThrow(`${name} is missing`);
    },
  );

  it('refuses what was changed on the way', async () => {
    const headers = headersOf(sign(body));
    await expect(verify({ body: `${body} ` })).rejects.toThrow(SignatureError);
    await expect(verify({ headers: { ...headers, 'webhook-id': 'msg_2' } })).rejects.toThrow(
      SignatureError,
    );
    await expect(
      verify({ headers: { ...headers, 'webhook-timestamp': '1700000001' } }),
    ).rejects.toThrow(SignatureError);
    await expect(verify({ secret: 'whsec_other' })).rejects.toThrow(SignatureError);
  });

  it('refuses a repeated id: which one was signed is not told', async () => {
    const headers = { ...headersOf(sign(body)), 'webhook-id': ['msg_1', 'msg_2'] };
    await expect(verify({ headers })).rejects.toThrow(SignatureError);
  });

  it.each([
    '',
    'v1=',
    'v1=zz',
    `v1=${'0'.repeat(63)}`,
    `v1=${'0'.repeat(65)}`,
    'v2=00',
    ', ,',
    '==',
  ])('refuses the signature %j, and throws nothing else', async (signature) => {
    await expect(verify({ headers: headersOf(signature) })).rejects.toThrow(SignatureError);
  });

  it('ignores schemes it does not know', async () => {
    const signatures = `v0=abc, ${sign(body)}, v2=${'0'.repeat(64)}`;
    expect(await verify({ headers: headersOf(signatures) })).toHaveProperty(
      'type',
      'run.completed',
    );
    const renamed = sign(body).replace('v1', 'v2');
    await expect(verify({ headers: headersOf(renamed) })).rejects.toThrow(SignatureError);
  });

  it('lets secrets rotate, on either side', async () => {
    const both = `${sign(body, 'whsec_new')} ${sign(body)}`;
    expect(await verify({ headers: headersOf(both) })).toHaveProperty('run_id', 123);
    expect(await verify({ headers: headersOf(both), secret: 'whsec_new' })).toHaveProperty(
      'run_id',
      123,
    );
    expect(await verify({ secret: ['whsec_new', secret] })).toHaveProperty('run_id', 123);
    await expect(verify({ secret: ['whsec_new', 'whsec_newer'] })).rejects.toThrow(SignatureError);
  });

  describe('tolerance', () => {
    const at = (seconds: number) => headersOf(sign(body, secret, `${seconds}`), `${seconds}`);

    it('is 300 seconds by default, either way', async () => {
      expect(await verify({ headers: at(1_699_999_700) })).toHaveProperty('run_id', 123);
      expect(await verify({ headers: at(1_700_000_300) })).toHaveProperty('run_id', 123);
      await expect(verify({ headers: at(1_699_999_699) })).rejects.toThrow(SignatureError);
      await expect(verify({ headers: at(1_700_000_301) })).rejects.toThrow(SignatureError);
      await expect(verify({ headers: at(1_699_999_699), tolerance: undefined })).rejects.toThrow(
        SignatureError,
      );
    });

    it('can be another, or none', async () => {
      await expect(verify({ headers: at(1_699_999_980), tolerance: 10 })).rejects.toThrow(
        SignatureError,
      );
      expect(await verify({ headers: at(1_699_999_980), tolerance: 20 })).toHaveProperty(
        'run_id',
        123,
      );
      expect(await verify({ headers: at(1), tolerance: Infinity })).toHaveProperty('run_id', 123);
    });

    it('is held against the clock when no time is given', async () => {
      const seconds = Math.floor(Date.now() / 1000);
      expect(await verify({ headers: at(seconds), now: undefined })).toHaveProperty('run_id', 123);
      await expect(verify({ now: undefined })).rejects.toThrow(SignatureError);
    });

    it('does not excuse a timestamp that is none, rightly signed or not', async () => {
      for (const odd of ['1.7e9', '0x655', '-1', 'soon']) {
        const headers = headersOf(sign(body, secret, odd), odd);
        await expect(verify({ headers, tolerance: Infinity })).rejects.toThrow(SignatureError);
      }
    });
  });

  it.each([
    ['secret', { secret: '' }],
    ['secret', { secret: undefined as unknown as string }],
    ['secret', { secret: [] }],
    ['body', { body: { type: 'run.completed' } as unknown as string }],
    ['headers', { headers: undefined as unknown as Headers }],
    ['tolerance', { tolerance: NaN }],
    ['now', { now: new Date(NaN) }],
  ])('names an argument it cannot use: %s', async (argument, options) => {
    const error = await thrown(verify(options));
    expect(error).toBeInstanceOf(InvalidArgumentError);
    expect(error).toHaveProperty('argument', argument);
  });

  it('hands on kinds it does not know, and decodes nothing that is not signed', async () => {
    const tomorrow = '{"type":"run.paused","run_id":7}';
    const headers = headersOf(sign(tomorrow));
    expect(await verify({ body: tomorrow, headers })).toEqual({
      type: 'unknown',
      name: 'run.paused',
      raw: { type: 'run.paused', run_id: 7 },
    });
    await expect(verify({ body: 'not json' })).rejects.toThrow(SignatureError);
    const headersOfText = headersOf(sign('not json'));
    await expect(verify({ body: 'not json', headers: headersOfText })).rejects.toThrow(DecodeError);
  });

  it('never tells the secret, the signature or the body', async () => {
    const attempts = [
      verify({ secret: 'whsec_swordfish' }),
      verify({ secret: ['whsec_swordfish', ''] }),
      verify({ body: '{"type":"swordfish"}' }),
      verify({ body: 'swordfish', headers: headersOf(sign('swordfish')) }),
      verify({ headers: headersOf('v1=swordfish') }),
      verify({ headers: headersOf(sign(body), 'swordfish') }),
    ].map(thrown);
    for (const error of await Promise.all(attempts)) {
      const text = `${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`;
      expect(text).not.toContain('swordfish');
      expect(text).not.toContain(sign(body).slice(3));
    }
  });
});
