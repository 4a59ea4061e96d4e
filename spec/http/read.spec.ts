import { read } from '../../lib/http/read';
import { aBody, errorOf, settled, told } from './holding';

const bytes = new TextEncoder().encode('𝄞 clef');

describe('read', () => {
  it.each([
    ['at once', [bytes]],
    ['byte by byte', [...bytes].map((byte) => Uint8Array.of(byte))],
  ])('gives the whole text of a body that comes %s', async (_, chunks) => {
    const held = aBody(...chunks);
    held.end();
    const response = new Response(held.stream, {
      headers: { 'content-type': 'text/plain; charset=iso-8859-1' },
    });
    expect(await told(read(response))).toEqual({ values: ['𝄞 clef'] });
  });

  it.each([
    ['is none', new Response(null)],
    ['is empty', new Response('')],
  ])('gives empty text of a body that %s', async (_, response) => {
    expect(await told(read(response))).toEqual({ values: [''] });
  });

  it('shows what is no text as such', async () => {
    expect(await told(read(new Response(Uint8Array.of(0x61, 0xff, 0xf0))))).toEqual({
      values: ['a\ufffd\ufffd'],
    });
  });

  it('reads up to its limit, and cancels the rest', async () => {
    const held = aBody('1234', '5678', '9');
    expect(await told(read(new Response(held.stream), 8))).toEqual({ values: ['12345678'] });
    expect(held.cancelled).toHaveBeenCalledTimes(1);
  });

  it('is the error of a body that breaks off', async () => {
    const held = aBody('12');
    held.fail(new TypeError('terminated'));
    expect((await errorOf(read(new Response(held.stream)))).message).toBe('the answer broke off');
  });

  it('starts afresh for each subscriber, and is cancelled with it', async () => {
    const text$ = read(new Response('once'));
    await settled();
    expect(await told(text$)).toEqual({ values: ['once'] });
    const held = aBody('12');
    read(new Response(held.stream)).subscribe().unsubscribe();
    expect(held.cancelled).toHaveBeenCalledTimes(1);
  });
});
