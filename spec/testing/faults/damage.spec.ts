import { text, type Fault } from 'm8tes-rx/testing';
import { damage } from '../../../lib/testing/faults/damage';
import { NEVER } from 'rxjs';
import { forever } from '../held';
import { eventsIn, saidIn, served, until } from '../served';

const words = ['One ', 'two ', 'three ', 'four'];
const script = () => text(...words);

/** A body as far as it comes: its text, and whether it ended as it should. */
const readAsFarAsPossible = async (response: Response) => {
  const decoder = new TextDecoder();
  let read = '';
  try {
    const reader = response.body!.getReader();
    for (let next = await reader.read(); !next.done; next = await reader.read())
      read += decoder.decode(next.value, { stream: true });
    return { read, ended: 'body' };
  } catch {
    return { read, ended: 'socket' };
  }
};

const created = async (fault: Fault) => {
  const { ask, ...rest } = await served({ script, faults: [fault] });
  return {
    ...rest,
    ...(await readAsFarAsPossible(await ask('POST', '/runs/', { message: 'hi' }))),
  };
};

/** Reads until the text has come, and keeps the body open. */
const readUntil = async (response: Response, wanted: string) => {
  const reader = response.body!.getReader();
  let read = '';
  while (!read.includes(wanted)) read += Buffer.from((await reader.read()).value!).toString();
  return { read, cancel: () => reader.cancel() };
};

describe('damage', () => {
  it('is none without a fault', () => {
    expect(damage()(NEVER)).toBe(NEVER);
  });

  it('cuts after so many events, and the run goes on', async () => {
    const { read, ended, reached } = await created({ cut: { afterEvents: 3 } });
    expect(eventsIn(read).map(({ type }) => type)).toEqual([
      'metadata',
      'text-start',
      'text-delta',
    ]);
    expect(ended).toBe('socket');
    expect(await reached(123)).toMatchObject({ output: words.join('') });
  });

  it('cuts by ending the body properly', async () => {
    const { read, ended } = await created({ cut: { afterEvents: 3, how: 'end' } });
    expect([eventsIn(read).length, ended]).toEqual([3, 'body']);
  });

  it('cuts after so many bytes', async () => {
    const { read, ended } = await created({ cut: { afterBytes: 70 } });
    expect([Buffer.byteLength(read), ended]).toEqual([70, 'socket']);
  });

  it('cuts an answer that is no stream', async () => {
    const { ask } = await served({ faults: [{ cut: { afterBytes: 3 } }] });
    const { read, ended } = await readAsFarAsPossible(await ask('GET', '/runs/'));
    expect([read, ended]).toEqual(['{"d', 'socket']);
  });

  it('leaves out done', async () => {
    const { read, ended } = await created({ noDone: true });
    expect(eventsIn(read).at(-1)).toMatchObject({ type: 'text-end' });
    expect(ended).toBe('body');
  });

  it('stalls: nothing more comes, not even keepalives, and the socket stays open', async () => {
    const { server, ask, reached } = await served({
      script,
      keepAlive: 1,
      faults: [{ stall: { afterEvents: 3 } }],
    });
    const response = await ask('POST', '/runs/', { message: 'hello' });
    const { read, cancel } = await readUntil(response, 'One ');
    await reached(123);
    expect(eventsIn(read.replaceAll(': keep-alive\n\n', ''))).toHaveLength(3);
    expect(server.streams()).toBe(1);
    await cancel();
    await until(() => server.streams() === 0);
  });

  it('never hangs up', async () => {
    const { server, ask, reached } = await served({ script, faults: [{ neverHangUp: true }] });
    const response = await ask('POST', '/runs/', { message: 'hello' });
    const { cancel } = await readUntil(response, '"done"');
    await reached(123);
    expect(server.connections()).toBeGreaterThan(0);
    await cancel();
  });

  it.each<Fault>([{ split: 3 }, { trickle: 0 }])('%j loses nothing', async (fault) => {
    const { read, ended } = await created(fault);
    expect([saidIn(eventsIn(read)), ended]).toEqual([words.join(''), 'body']);
  });

  it('shortens a replay, and joins its deltas differently', async () => {
    const { ask, call, post } = await served({
      script: () => [...text(...words), ...(forever as () => [])()],
      faults: [
        { on: 'join', shorten: 2, rejoin: 1 },
        { on: 'join', shorten: 0 },
      ],
    });
    const response = await ask('POST', '/runs/', { message: 'hello' });
    await (await readUntil(response, 'text-end')).cancel();
    const short = await call('GET', '/runs/123/stream');
    const whole = await call('GET', '/runs/123/stream');
    expect(saidIn(whole.events)).toBe(words.join(''));
    expect(whole.events).toHaveLength(7);
    expect(words.join('').startsWith(saidIn(short.events))).toBe(true);
    await post('/runs/123/cancel');
  });

  it('is for the route it is pinned to', async () => {
    const { get, post } = await served({ script, faults: [{ on: 'create', noDone: true }] });
    await get('/runs/');
    expect((await post('/runs/', { message: 'one' })).events.at(-1)).toMatchObject({
      type: 'text-end',
    });
    expect((await post('/runs/', { message: 'two' })).events.at(-1)).toMatchObject({
      type: 'done',
    });
  });
});
