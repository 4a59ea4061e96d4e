import { mediaType, read } from '../../lib/http/body';
import { responseOf } from '../../lib/http/fetching';
import { aBody, errorOf, settled, told } from './holding';

describe('read', () => {
  const most = 100;
  const bytes = new TextEncoder().encode('𝄞 clef');

  it.each([
    ['at once', [bytes]],
    ['byte by byte', [...bytes].map((byte) => Uint8Array.of(byte))],
  ])('gives the whole text of a body that comes %s', async (_, chunks) => {
    const held = aBody(...chunks);
    held.end();
    const response = new Response(held.stream, {
      headers: { 'content-type': 'text/plain; charset=iso-8859-1' },
    });
    expect(await told(read(responseOf(response), most))).toEqual({ values: ['𝄞 clef'] });
  });

  it.each([
    ['is none', new Response(null)],
    ['is empty', new Response('')],
  ])('gives empty text of a body that %s', async (_, response) => {
    expect(await told(read(responseOf(response), most))).toEqual({ values: [''] });
  });

  it('shows what is no text as such', async () => {
    expect(
      await told(read(responseOf(new Response(Uint8Array.of(0x61, 0xff, 0xf0))), most)),
    ).toEqual({
      values: ['a\ufffd\ufffd'],
    });
  });

  it('reads up to its limit, and cancels the rest', async () => {
    const held = aBody('1234', '5678', '9');
    expect(await told(read(responseOf(new Response(held.stream)), 8))).toEqual({
      values: ['12345678'],
    });
    expect(held.cancelled).toHaveBeenCalledTimes(1);
  });

  it('errors with what is too long, where that is an error, and cancels the rest', async () => {
    const held = aBody('1234', '5678', '9');
    const tooLong = new RangeError('too long');
    expect(await errorOf(read(responseOf(new Response(held.stream)), 8, () => tooLong))).toBe(
      tooLong,
    );
    expect(held.cancelled).toHaveBeenCalledTimes(1);
    const whole = read(responseOf(new Response('12345678')), 8, () => tooLong);
    expect(await told(whole)).toEqual({ values: ['12345678'] });
  });

  it('is the error of a body that breaks off', async () => {
    const held = aBody('12');
    held.fail(new TypeError('terminated'));
    expect((await errorOf(read(responseOf(new Response(held.stream)), most))).message).toBe(
      'the answer broke off',
    );
  });

  it('starts afresh for each subscriber, and is cancelled with it', async () => {
    const text$ = read(responseOf(new Response('once')), most);
    await settled();
    expect(await told(text$)).toEqual({ values: ['once'] });
    const held = aBody('12');
    read(responseOf(new Response(held.stream)), most)
      .subscribe()
      .unsubscribe();
    expect(held.cancelled).toHaveBeenCalledTimes(1);
  });
});

describe('mediaType', () => {
  it.each([
    ['application/json', 'application/json'],
    ['Text/Event-Stream; charset=UTF-8', 'text/event-stream'],
    [' application/json ;charset=utf-8', 'application/json'],
    ['application/json-seq', 'application/json-seq'],
    ['; charset=utf-8', ''],
    ['', ''],
  ])('of %j is %j', (type, expected) => {
    expect(mediaType(new Response('', { headers: { 'content-type': type } }))).toBe(expected);
  });

  it('of an answer that says none is empty', () => {
    expect(mediaType(new Response(Uint8Array.of(1)))).toBe('');
  });
});
