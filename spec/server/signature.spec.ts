import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { InvalidArgumentError, SignatureError } from '../../lib/errors';
import { checkTimestamp, isSigned, signingSecrets } from '../../lib/server/signature';

const secret = 'whsec_test';
const bytes = new TextEncoder().encode('{"type":"run.completed","run_id":123}');
const signed = { id: 'msg_1', timestamp: '1700000000', bytes };
/** Of `msg_1.1700000000.{"type":"run.completed","run_id":123}`, made with openssl. */
const hex = '358e1c43e62b31cbbad9373e80277ec9844939aca691da62f54fe07277dd2284';
const other = '0'.repeat(64);

describe('isSigned', () => {
  it('holds for the signature of id, timestamp and body', async () => {
    expect(await isSigned(signed, `v1=${hex}`, [secret])).toBe(true);
    expect(await isSigned(signed, `v1=${hex.toUpperCase()}`, [secret])).toBe(true);
  });

  it('fails when the id, the timestamp, the body or the secret is another', async () => {
    const signature = `v1=${hex}`;
    expect(await isSigned({ ...signed, id: 'msg_2' }, signature, [secret])).toBe(false);
    expect(await isSigned({ ...signed, timestamp: '1700000001' }, signature, [secret])).toBe(false);
    expect(await isSigned({ ...signed, bytes: bytes.slice(1) }, signature, [secret])).toBe(false);
    expect(await isSigned(signed, signature, ['whsec_other'])).toBe(false);
    expect(await isSigned(signed, signature, [])).toBe(false);
  });

  it('takes any one of several secrets', async () => {
    expect(await isSigned(signed, `v1=${hex}`, ['whsec_new', secret])).toBe(true);
    expect(await isSigned(signed, `v1=${hex}`, [secret, 'whsec_old'])).toBe(true);
  });

  it.each([
    `v1=${other},v1=${hex}`,
    `v1=${hex} v1=${other}`,
    `v1=${other}, v1=${hex}`,
    `  v1=${hex},, `,
    `v2=${other},v1=${hex}`,
    `v1=nonsense v1=${hex}`,
  ])('takes any one of several signatures: %j', async (signatures) => {
    expect(await isSigned(signed, signatures, [secret])).toBe(true);
  });

  it.each([
    ['no scheme', hex],
    ['an unknown scheme', `v2=${hex}`],
    ['a scheme in capitals', `V1=${hex}`],
    ['a scheme that ends in v1', `xv1=${hex}`],
    ['too few digits', `v1=${hex.slice(0, -1)}`],
    ['whole bytes too few', `v1=${hex.slice(0, -2)}`],
    ['too many digits', `v1=${hex}00`],
    ['what is no hex', `v1=${'z'.repeat(64)}`],
    ['base64', 'v1=NY4cQ+YrMcu62Tc+gCd+yYRJOaymkdpi9U/gcnfdIoQ='],
    ['an empty signature', 'v1='],
    ['nothing', ''],
  ])('refuses %s, and throws nothing', async (_, signatures) => {
    expect(await isSigned(signed, signatures, [secret])).toBe(false);
  });

  it('looks at few of very many, for each takes a pass over the body', async () => {
    const verify = jest.spyOn(crypto.subtle, 'verify');
    const many = `${`v1=${other} `.repeat(500)}v1=${hex}`;
    expect(await isSigned(signed, many, [secret])).toBe(false);
    expect(verify.mock.calls.length).toBeLessThan(20);
    verify.mockRestore();
  });

  it('signs bytes as bytes, whatever they are', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array(), fc.string({ minLength: 1 }), async (body, key) => {
        const digest = createHmac('sha256', key)
          .update(Buffer.concat([Buffer.from('msg_1.1700000000.'), body]))
          .digest('hex');
        expect(await isSigned({ ...signed, bytes: body }, `v1=${digest}`, [key])).toBe(true);
      }),
    );
  });
});

describe('signingSecrets', () => {
  it('is one secret, or several', () => {
    expect(signingSecrets('whsec_a')).toEqual(['whsec_a']);
    expect(signingSecrets(['whsec_a', 'whsec_b'])).toEqual(['whsec_a', 'whsec_b']);
  });

  it.each([
    ['an empty one', '', 'secret'],
    ['an unset environment variable', undefined, 'secret'],
    ['null', null, 'secret'],
    ['no text', 7, 'secret'],
    ['an empty list', [], 'secret'],
    ['an empty one among several', ['whsec_swordfish', ''], 'secret[1]'],
    ['an unset one among several', [undefined, 'whsec_swordfish'], 'secret[0]'],
  ])('refuses %s, by name and without telling the others', (_, secret, argument) => {
    expect.assertions(3);
    try {
      signingSecrets(secret as string);
    } catch (error) {
      expect(error).toBeInstanceOf(InvalidArgumentError);
      expect(error).toHaveProperty('argument', argument);
      expect(String(error)).not.toContain('swordfish');
    }
  });
});

describe('checkTimestamp', () => {
  const now = new Date(1_700_000_000_000);
  const check = (timestamp: string, tolerance = 300, at = now) => {
    return () => checkTimestamp(timestamp, tolerance, at);
  };

  it('accepts a timestamp within the tolerance, either way, to the second', () => {
    expect(check('1700000000')).not.toThrow();
    expect(check('1699999700')).not.toThrow();
    expect(check('1700000300')).not.toThrow();
    expect(check('1700000000', 0)).not.toThrow();
  });

  it('refuses one that is too old', () => {
    expect(check('1699999699')).toThrow(SignatureError);
    expect(check('1699999699')).toThrow(/more than 300 seconds old/);
    expect(check('1699999999', 0)).toThrow(SignatureError);
    expect(check('0')).toThrow(SignatureError);
  });

  it('refuses one that is too far ahead', () => {
    expect(check('1700000301')).toThrow(SignatureError);
    expect(check('1700000301')).toThrow(/more than 300 seconds ahead/);
    expect(check('9'.repeat(400))).toThrow(SignatureError);
    // Milliseconds, taken for seconds.
    expect(check('1700000000000')).toThrow(SignatureError);
  });

  it('takes any age when the tolerance is Infinity, but still a timestamp', () => {
    expect(check('0', Infinity)).not.toThrow();
    expect(check('9'.repeat(400), Infinity)).not.toThrow();
    expect(check('soon', Infinity)).toThrow(SignatureError);
  });

  it.each(['', ' 1700000000', '1700000000\n', '+1700000000', '-1', '1.7e9', '1700000000.5', '0x1'])(
    'refuses %j: not plain digits',
    (timestamp) => {
      expect(check(timestamp)).toThrow(SignatureError);
    },
  );

  it('refuses digits of other scripts', () => {
    expect(check('١٧٠٠٠٠٠٠٠٠')).toThrow(SignatureError);
  });

  it.each([NaN, -1, -Infinity, '300', null])(
    'refuses the tolerance %p: nothing may pass by mistake',
    (tolerance) => {
      expect(check('1700000000', tolerance as number)).toThrow(InvalidArgumentError);
    },
  );

  it.each([new Date(NaN), 1_700_000_000_000, '2023-11-14', null])(
    'refuses %p for the time it is',
    (at) => {
      expect(check('1700000000', 300, at as Date)).toThrow(InvalidArgumentError);
      expect(check('1700000000', Infinity, at as Date)).toThrow(InvalidArgumentError);
    },
  );
});
