import { take } from 'rxjs';
import { ConnectionError } from '../../lib/errors';
import { body } from '../../lib/http/body';
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
