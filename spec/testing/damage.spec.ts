import { NEVER, concat, from, lastValueFrom, of, throwError, toArray } from 'rxjs';
import { text, type Fault } from 'm8tes-rx/testing';
import { damage } from '../../lib/testing/damage';
import { frameLine } from '../../lib/testing/Line';
import { forever } from './held';
import { aComment, aDelta, aLine, heard } from './lines';
import { eventsIn, saidIn, served, until } from './served';

describe('damage', () => {
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

  it('splits, and loses nothing', async () => {
    const { read, ended } = await created({ split: 3 });
    expect([saidIn(eventsIn(read)), ended]).toEqual([words.join(''), 'body']);
  });

  it('trickles, and loses nothing', async () => {
    const { get } = await served({ faults: [{ trickle: 0 }] });
    expect((await get('/runs/')).items).toEqual([]);
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

describe('a cut after events', () => {
  const body = concat(from([aLine('1'), aComment, aLine('2'), aLine('3')]), NEVER);

  it('counts events, not comments, and completes with the last', () => {
    expect(heard(body.pipe(damage({ cut: { afterEvents: 2, how: 'end' } })))).toEqual({
      lines: ['1', ':\n\n', '2'],
      ended: 'body',
    });
  });

  it('says nothing for no events, and does not wait for one', () => {
    expect(heard(NEVER.pipe(damage({ cut: { afterEvents: 0, how: 'end' } })))).toEqual({
      lines: [],
      ended: 'body',
    });
  });
});

describe('a cut after bytes', () => {
  const body = concat(from([aLine('abc'), aLine('def')]), NEVER);

  it.each([
    [0, []],
    [2, ['ab']],
    [3, ['abc']],
    [4, ['abc', 'd']],
  ])('passes %d bytes', (count, lines) => {
    expect(heard(body.pipe(damage({ cut: { afterBytes: count, how: 'end' } })))).toEqual({
      lines,
      ended: 'body',
    });
  });
});

describe('a cut', () => {
  it('takes the socket along, or only ends the body', () => {
    const body = of(aLine('a'));
    const cut = { afterEvents: 1 };
    expect(heard(body.pipe(damage({ cut })))).toEqual({ lines: ['a'], ended: 'socket' });
    expect(heard(body.pipe(damage({ cut: { ...cut, how: 'end' } })))).toEqual({
      lines: ['a'],
      ended: 'body',
    });
  });
});

describe('noDone', () => {
  it('leaves out done and the end marker', () => {
    const done = frameLine({ type: 'done', stop_reason: 'end_turn' });
    const { lines } = heard(
      from([aDelta('done'), done, aLine('data: [DONE]\n\n')]).pipe(damage({ noDone: true })),
    );
    expect(lines).toEqual(['data: {"type": "text-delta", "delta": "done"}\n\n']);
  });
});

describe('trickle', () => {
  it('is one byte at a time', async () => {
    const body = from([aLine('ab'), aLine('ü')]).pipe(damage({ trickle: 0 }), toArray());
    const lines = await lastValueFrom(body);
    expect(lines.map(({ bytes }) => bytes.length)).toEqual([1, 1, 1, 1]);
    expect(Buffer.concat(lines.map(({ bytes }) => bytes)).toString()).toBe('abü');
  });
});

describe('split', () => {
  const texts = ['data: a frame\n\n', 'data: and another, with ümläuts\n\n', 'x'.repeat(100)];

  const piecesOf = async (seed: number) => {
    const pieces = await lastValueFrom(
      from(texts.map(aLine)).pipe(damage({ split: seed }), toArray()),
    );
    return pieces.map(({ bytes }) => Buffer.from(bytes));
  };

  it('keeps every byte, in other pieces', async () => {
    const pieces = await piecesOf(1);
    expect(Buffer.concat(pieces).toString()).toBe(texts.join(''));
    expect(pieces.length).toBeGreaterThan(texts.length);
  });

  it('does the same again with the same seed', async () => {
    expect(await piecesOf(5)).toEqual(await piecesOf(5));
    expect(await piecesOf(5)).not.toEqual(await piecesOf(6));
  });

  it('ends as the body ends, after its last byte', async () => {
    const broken = concat(
      from([aLine('abc')]),
      throwError(() => new Error('broken')),
    );
    await expect(lastValueFrom(broken.pipe(damage({ split: 1 })))).rejects.toThrow('broken');
  });

  it('lets go', () => {
    const subscription = concat(from([aLine('abc')]), NEVER)
      .pipe(damage({ split: 1 }))
      .subscribe();
    subscription.unsubscribe();
    expect(subscription.closed).toBe(true);
  });
});
