import { take } from 'rxjs';
import { ConnectionError } from '../../lib/errors';
import { body, mediaType, read } from '../../lib/http/body';
import { aBody, errorOf, settled, told, until } from './holding';
import { listening } from './listening';

const text = (chunks: readonly Uint8Array[]) => Buffer.concat(chunks).toString();

describe('body', () => {
  it('gives the chunks as they come', async () => {
    const held = aBody('one ', 'two');
    held.end();
    const { values, error } = await told(body(new Response(held.stream)));
    expect(values.map((chunk) => text([chunk]))).toEqual(['one ', 'two']);
    expect(error).toBeUndefined();
  });

  it('of no body is no chunk', async () => {
    expect(await told(body(new Response(null, { status: 204 })))).toEqual({ values: [] });
  });

  it('is not locked before it is subscribed to', () => {
    const response = new Response('later');
    body(response);
    expect(response.body?.locked).toBe(false);
  });

  it.each([
    ['with a code', Object.assign(new TypeError('terminated'), { cause: { code: 'ECONNRESET' } })],
    ['without one', new TypeError('terminated: Bearer m8_key')],
  ])('that breaks off %s is a ConnectionError, in our words', async (_, cause) => {
    const held = aBody('one');
    held.fail(cause);
    const error = await errorOf(body(new Response(held.stream)));
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error.message).toMatch(/^the answer broke off( \(ECONNRESET\))?$/);
  });

  it('is cancelled by who unsubscribes, and says nothing more', async () => {
    const held = aBody('one');
    const next = jest.fn();
    const subscription = body(new Response(held.stream)).subscribe(next);
    await until(() => next.mock.calls.length === 1);
    held.push('two');
    subscription.unsubscribe();
    await settled();
    expect(held.cancelled).toHaveBeenCalledTimes(1);
    expect(next).toHaveBeenCalledTimes(1);
  });

  it('is cancelled when enough was taken', async () => {
    const held = aBody('one', 'two');
    expect((await told(body(new Response(held.stream)).pipe(take(1)))).values).toHaveLength(1);
    expect(held.cancelled).toHaveBeenCalledTimes(1);
  });

  it('that ended is not cancelled', async () => {
    const held = aBody('one');
    held.end();
    await told(body(new Response(held.stream)));
    expect(held.cancelled).not.toHaveBeenCalled();
  });

  it('closes its socket when it is left', async () => {
    const { origin, sockets } = await listening((_, response) => void response.write('one'));
    const response = await fetch(origin);
    expect(sockets()).toBe(1);
    await told(body(response).pipe(take(1)));
    await until(() => sockets() === 0);
  });

  it('that is cut on the wire is an error, not an end', async () => {
    const { origin } = await listening((_, response) => {
      response.write('one', () => setImmediate(() => response.socket?.destroy()));
    });
    const error = await errorOf(body(await fetch(origin)));
    expect(error).toBeInstanceOf(ConnectionError);
  });
});

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
    expect(await told(read(response, most))).toEqual({ values: ['𝄞 clef'] });
  });

  it.each([
    ['is none', new Response(null)],
    ['is empty', new Response('')],
  ])('gives empty text of a body that %s', async (_, response) => {
    expect(await told(read(response, most))).toEqual({ values: [''] });
  });

  it('shows what is no text as such', async () => {
    expect(await told(read(new Response(Uint8Array.of(0x61, 0xff, 0xf0)), most))).toEqual({
      values: ['a\ufffd\ufffd'],
    });
  });

  it('reads up to its limit, and cancels the rest', async () => {
    const held = aBody('1234', '5678', '9');
    expect(await told(read(new Response(held.stream), 8))).toEqual({ values: ['12345678'] });
    expect(held.cancelled).toHaveBeenCalledTimes(1);
  });

  it('errors with what is too long, where that is an error, and cancels the rest', async () => {
    const held = aBody('1234', '5678', '9');
    const tooLong = new RangeError('too long');
    expect(await errorOf(read(new Response(held.stream), 8, () => tooLong))).toBe(tooLong);
    expect(held.cancelled).toHaveBeenCalledTimes(1);
    const whole = read(new Response('12345678'), 8, () => tooLong);
    expect(await told(whole)).toEqual({ values: ['12345678'] });
  });

  it('is the error of a body that breaks off', async () => {
    const held = aBody('12');
    held.fail(new TypeError('terminated'));
    expect((await errorOf(read(new Response(held.stream), most))).message).toBe(
      'the answer broke off',
    );
  });

  it('starts afresh for each subscriber, and is cancelled with it', async () => {
    const text$ = read(new Response('once'), most);
    await settled();
    expect(await told(text$)).toEqual({ values: ['once'] });
    const held = aBody('12');
    read(new Response(held.stream), most).subscribe().unsubscribe();
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
