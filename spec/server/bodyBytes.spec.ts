import { InvalidArgumentError } from '../../lib/errors';
import { bodyBytes, type RawBody } from '../../lib/server/bodyBytes';

const plain = (bytes: Uint8Array): readonly number[] => [...bytes];

describe('bodyBytes', () => {
  it('encodes text as UTF-8', () => {
    expect(plain(bodyBytes('é{}'))).toEqual([0xc3, 0xa9, 0x7b, 0x7d]);
    expect(plain(bodyBytes(''))).toEqual([]);
  });

  it('leaves bytes as they are, valid UTF-8 or not', () => {
    const bytes = [0xff, 0x00, 0xfe];
    expect(plain(bodyBytes(Uint8Array.from(bytes)))).toEqual(bytes);
    expect(plain(bodyBytes(Buffer.from(bytes)))).toEqual(bytes);
    expect(plain(bodyBytes(Uint8Array.from(bytes).buffer))).toEqual(bytes);
  });

  it('takes of a buffer only the part a view shows', () => {
    const { buffer } = Uint8Array.of(1, 2, 3, 4);
    expect(plain(bodyBytes(new Uint8Array(buffer, 1, 2)))).toEqual([2, 3]);
    expect(plain(bodyBytes(Buffer.from(buffer, 2, 1)))).toEqual([3]);
  });

  it.each([
    ['a parsed object', { type: 'run.completed' }],
    ['a parsed list', [1, 2]],
    ['nothing', undefined],
    ['null', null],
    ['a number', 7],
  ])('refuses %s, and asks for the raw body', (_, body) => {
    const attempt = () => bodyBytes(body as unknown as RawBody);
    expect(attempt).toThrow(InvalidArgumentError);
    expect(attempt).toThrow(/^body must be the raw body.+Pass the raw body/);
  });
});
