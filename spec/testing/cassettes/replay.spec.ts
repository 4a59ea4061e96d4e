import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, textOnly, type ConnectionState } from 'm8tes-rx';
import { marbles, replay, type ReplayOptions } from 'm8tes-rx/testing';
import { catchError, concatMap, firstValueFrom, lastValueFrom, map, of, timer } from 'rxjs';
import { header, linesOf, type Act } from '../../../lib/testing/cassettes/acts';

const frame = (after: number, data: string) => ({ after, bytes: Buffer.from(`data: ${data}\n\n`) });
const answer = (after: number, type = 'text/event-stream') => ({
  status: 200,
  headers: { 'content-type': type },
  after,
});

const begun: Act = {
  method: 'POST',
  path: '/api/v2/runs/',
  headers: {},
  body: { message: '', stream: true },
  answer: answer(5),
  chunks: [
    frame(0, '{"type":"metadata","payload":{"run_id":123}}'),
    frame(2_000, '{"type":"text-delta","delta":"Grü"}'),
  ],
  ending: 'reset',
  after: 95,
};
const joined: Act = {
  ...begun,
  method: 'GET',
  path: '/api/v2/runs/123/stream',
  body: undefined,
  answer: answer(1),
  chunks: [
    ...begun.chunks.map(({ bytes }) => ({ after: 0, bytes })),
    frame(49, '{"type":"text-delta","delta":"ße"}'),
    frame(0, '{"type":"done"}'),
  ],
  ending: 'end',
  after: 0,
};
const lost: Act = { ...begun, chunks: [], ending: 'reset', after: 70 };
delete (lost as { answer?: unknown }).answer;
const stalled: Act = { ...begun, ending: 'stall' };

const written = (...acts: readonly Act[]) =>
  [header(new Date()), ...acts.flatMap(linesOf)].join('\n');

const clientOf = (
  cassette: string,
  options: ReplayOptions = { pace: 'virtual' },
  onConnection: (state: ConnectionState) => void = () => {},
) => {
  const { transport, close } = replay(cassette, options);
  return { ...createClient({ transport, apiKey: 'm8_any', onConnection }), close };
};
const message = 'hello';
const said = { a: 'Grü', b: 'ße' };

describe('the transport of a replay', () => {
  it('has a client take the time it took, virtual in marbles, through cuts and joins', async () => {
    const states: string[] = [];
    const { runs, close } = clientOf(
      written(begun, joined),
      { pace: 'virtual' },
      ({ state }) => void states.push(state),
    );
    marbles(({ expectObservable }) => {
      const text$ = runs.create({ message }).pipe(textOnly());
      // 95 ms until the cut, 250 of backoff, and 50 in the other stream.
      expectObservable(text$).toBe('2005ms a 394ms (b|)', said);
    })();
    expect(states.join(' ')).toBe('connecting open interrupted connecting open resumed closed');
    await close();
  });

  it.each<ReplayOptions>([{}, { pace: 'asap', resplit: 3 }])(
    'leaves the waits out unless they are asked for: %j',
    (options) =>
      marbles(({ expectObservable }) => {
        const { runs } = clientOf(written(begun, joined), options);
        const text = runs.create({ message }).pipe(textOnly());
        expectObservable(text).toBe('a 249ms (b|)', said);
      })(),
  );

  it(
    'has no answer where there was none, and repeats find the next act',
    marbles(({ expectObservable }) => {
      const { runs } = clientOf(written(lost, begun, joined));
      expectObservable(runs.create({ message }).pipe(textOnly())).toBe(
        `${70 + 500 + 2_005}ms a 394ms (b|)`,
        said,
      );
    }),
  );

  it(
    'stays open where it stalled, until the watchdog barks',
    marbles(({ expectObservable }) => {
      const { runs } = clientOf(written(stalled, joined));
      const text = runs.create({ message }).pipe(textOnly());
      expectObservable(text).toBe('2005ms a 45299ms (b|)', said);
    }),
  );

  it('refuses what is not in it, in virtual time too, and says so at the end', async () => {
    const { runs, close } = clientOf(written(begun, joined));
    marbles(({ expectObservable }) => {
      const refused = timer(3).pipe(
        concatMap(() => runs.get(123)),
        map(({ status }) => status),
        catchError((error: Error) => of(/The nearest is [^.]*/.exec(error.message)?.[0])),
      );
      const r = 'The nearest is GET /api/v2/runs/123/stream';
      expectObservable(refused).toBe('---(r|)', { r });
    })();
    await expect(close()).rejects.toThrow(
      /GET \/api\/v2\/runs\/123 is not in the cassette[^]*POST \/api\/v2\/runs\/ was not asked for/,
    );
  });

  it('breaks off what is open when it is closed', async () => {
    const { transport, close } = replay(written(stalled));
    const { runs } = createClient({ transport, apiKey: 'm8_any', resume: false });
    let ended: unknown;
    const first = new Promise<void>((resolve) => {
      runs.create({ message }).subscribe({
        next: () => resolve(),
        error: (error: unknown) => (ended = error),
      });
    });
    await first;
    expect(ended).toBeUndefined();
    await close();
    expect(ended).toMatchObject({ name: 'StreamInterruptedError', run_id: 123 });
  });
});

describe('a replay', () => {
  const folder = mkdtempSync(join(tmpdir(), 'replays-'));
  const file = join(folder, 'one.ndjson');
  writeFileSync(file, written(begun, joined));
  afterAll(() => rmSync(folder, { recursive: true }));

  const textBy = (how: object) =>
    lastValueFrom(
      createClient({ ...how, apiKey: 'm8_any', resume: { delay: 1 } })
        .runs.create({ message })
        .pipe(textOnly()),
    );

  it('is of a file, or of what is in it, as a fetch and below one', async () => {
    for (const cassette of [file, written(begun, joined)]) {
      const played = replay(cassette);
      expect(await textBy({ fetch: played })).toBe('ße');
      await played.close();
      const { transport, close } = replay(cassette);
      expect(await textBy({ transport })).toBe('ße');
      await close();
    }
  });

  it('plays each act once, whichever of the two asks', async () => {
    const played = replay(file);
    expect(await textBy({ fetch: played })).toBe('ße');
    await expect(textBy({ transport: played.transport })).rejects.toThrow('asked for already');
    await expect(played.close()).rejects.toThrow('asked for already');
  });

  it('of a file that is not there says so to whoever asks', async () => {
    const played = replay(join(folder, 'none.ndjson'));
    await expect(played('https://api.test/')).rejects.toThrow('ENOENT');
    await expect(textBy({ transport: played.transport })).rejects.toThrow('ENOENT');
    await expect(played.close()).rejects.toThrow('ENOENT');
  });

  it('of a broken cassette is no network that failed', async () => {
    const { transport } = replay('{"m8tes":"cassette/1"}\n{"→":');
    await expect(textBy({ transport })).rejects.toThrow('is broken: line 2');
  });

  it('in virtual time is no fetch', async () => {
    const played = replay(file, { pace: 'virtual' });
    await expect(played('https://api.test/')).rejects.toThrow(/^pace virtual is for createClient/);
  });

  it('is left by its signal while it waits for an answer', async () => {
    const played = replay(written({ ...lost, ending: 'stall', after: 0 }));
    const controller = new AbortController();
    const init = {
      method: 'POST',
      body: '{"message":"","stream":true}',
      signal: controller.signal,
    };
    const asking = played('https://api.test/api/v2/runs/', init);
    controller.abort(new Error('enough'));
    await expect(asking).rejects.toThrow('enough');
  });

  it('answers whatever a request carries where nobody knows what it was', async () => {
    const any: Act = { ...begun, any: true };
    delete (any as { body?: unknown }).body;
    const { transport, close } = replay(written(any, joined));
    const { runs } = createClient({ transport, apiKey: 'm8_any', resume: { delay: 1 } });
    const tools = ['gmail'];
    await lastValueFrom(runs.create({ message, tools, metadata: { a: 1 } }));
    await close();
    await expect(firstValueFrom(runs.create({ message }))).rejects.toThrow('was asked for already');
  });
});
