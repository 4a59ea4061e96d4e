import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { isSigned } from '../../lib/server/isSigned';

const secret = 'whsec_test';
const bytes = new TextEncoder().encode('{"type":"run.completed","run_id":123}');
const signed = { id: 'msg_1', timestamp: '1700000000', bytes };
/** Of `msg_1.1700000000.{"type":"run.completed","run_id":123}`, made with openssl. */
const hex = '358e1c43e62b31cbbad9373e80277ec9844939aca691da62f54fe07277dd2284';
const other = '0'.repeat(64);

describe('isSigned', () => {
  it('holds for the signature of id, timestamp and body', () => {
    expect(isSigned(signed, `v1=${hex}`, [secret])).toBe(true);
    expect(isSigned(signed, `v1=${hex.toUpperCase()}`, [secret])).toBe(true);
  });

  it('fails when the id, the timestamp, the body or the secret is another', () => {
    const signature = `v1=${hex}`;
    expect(isSigned({ ...signed, id: 'msg_2' }, signature, [secret])).toBe(false);
    expect(isSigned({ ...signed, timestamp: '1700000001' }, signature, [secret])).toBe(false);
    expect(isSigned({ ...signed, bytes: bytes.slice(1) }, signature, [secret])).toBe(false);
    expect(isSigned(signed, signature, ['whsec_other'])).toBe(false);
    expect(isSigned(signed, signature, [])).toBe(false);
  });

  it('takes any one of several secrets', () => {
    expect(isSigned(signed, `v1=${hex}`, ['whsec_new', secret])).toBe(true);
    expect(isSigned(signed, `v1=${hex}`, [secret, 'whsec_old'])).toBe(true);
  });

  it.each([
    `v1=${other},v1=${hex}`,
    `v1=${hex} v1=${other}`,
    `v1=${other}, v1=${hex}`,
    `  v1=${hex},, `,
    `v2=${other},v1=${hex}`,
    `v1=nonsense v1=${hex}`,
  ])('takes any one of several signatures: %j', (signatures) => {
    expect(isSigned(signed, signatures, [secret])).toBe(true);
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
  ])('refuses %s, and throws nothing', (_, signatures) => {
    expect(isSigned(signed, signatures, [secret])).toBe(false);
  });

  it('signs bytes as bytes, whatever they are', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.string({ minLength: 1 }), (body, key) => {
        const digest = createHmac('sha256', key)
          .update(Buffer.concat([Buffer.from('msg_1.1700000000.'), body]))
          .digest('hex');
        expect(isSigned({ ...signed, bytes: body }, `v1=${digest}`, [key])).toBe(true);
      }),
    );
  });
});
