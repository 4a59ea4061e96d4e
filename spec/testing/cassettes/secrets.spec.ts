import fc from 'fast-check';
import { resplit } from 'm8tes-rx/testing';
import { joined, textOf } from '../../../lib/testing/bytes';
import { secrets } from '../../../lib/testing/cassettes/secrets';

const id = '0b0f4c1e-3d0a-4c57-9a53-7a4f6d1f9a10';
const other = id.replace('0b', '1c');

describe('secrets', () => {
  it('write a few headers, and no other', () => {
    const { asked, answered } = secrets();
    const all = new Headers({
      accept: '*/*',
      'content-type': 'multipart/form-data; boundary=----1234',
      'idempotency-key': 'any text',
      authorization: 'Bearer m8_key',
      cookie: 'a=b',
      'x-api-key': 'k',
      'retry-after': '3',
      'x-request-id': 'req_7',
    });
    expect(asked(all)).toEqual({
      accept: '*/*',
      'content-type': 'multipart/form-data',
      'idempotency-key': '#1',
    });
    expect(answered(all)).toEqual({
      'content-type': 'multipart/form-data',
      'retry-after': '3',
      'x-request-id': '#2',
    });
  });

  it('number what is another each time, the same with the same', () => {
    const { asked, body } = secrets();
    asked(new Headers({ 'idempotency-key': id }));
    expect(body({ a: [id, `x ${other}`], b: other })).toEqual({ a: ['#1', 'x #2'], b: '#2' });
  });

  it('know a key by its looks, and the one in use whatever it looks like', () => {
    const { asked, text } = secrets();
    const key = 'sk-"(a+b)\\$1';
    expect(text(key)).toBe(key);
    asked(new Headers({ authorization: `Bearer ${key}` }));
    expect(text(`a ${key} b m8_12345678 c whsec_12345678 d Bearer abcdefgh`)).toBe(
      'a # b m8_# c whsec_# d #',
    );
    expect(text(JSON.stringify({ key }))).toBe('{"key":"#"}');
  });

  it('find it wherever the network cut it', () => {
    const key = 'm8_0123456789abcdef';
    fc.assert(
      fc.property(fc.integer(), fc.nat(5), (seed, count) => {
        const { asked, chunks } = secrets();
        asked(new Headers({ authorization: `Bearer ${key}` }));
        const text = `grüße ${`${key}, ü `.repeat(count)}und ${key}`;
        const cut = resplit(text, seed).map((bytes, after) => ({ after, bytes }));
        const kept = chunks(cut);
        expect(textOf(joined(kept.map(({ bytes }) => bytes)))).toBe(text.replaceAll(key, 'm8_#'));
        expect(kept.map(({ after }) => after)).toEqual(cut.map(({ after }) => after));
      }),
    );
  });
});
