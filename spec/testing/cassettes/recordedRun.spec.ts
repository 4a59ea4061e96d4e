import { ofType, textOnly } from 'm8tes-rx';
import { marbles, recordedRun } from 'm8tes-rx/testing';
import { lastValueFrom, map, toArray } from 'rxjs';
import { header, linesOf, type Act } from '../../../lib/testing/cassettes/acts';

const frame = (after: number, data: string) => ({ after, bytes: Buffer.from(`data: ${data}\n\n`) });

const stream: Act = {
  method: 'POST',
  path: '/api/v2/runs/',
  headers: {},
  answer: { status: 200, headers: { 'content-type': 'text/event-stream' }, after: 5 },
  chunks: [
    frame(0, '{"type":"metadata","payload":{"run_id":123}}'),
    frame(2_000, '{"type":"text-delta","delta":"Grü"}'),
    frame(3, '{"type":"text-delta","delta":"ße"}'),
    frame(1, '{"type":"done"}'),
    frame(0, '[DONE]'),
  ],
  ending: 'end',
  after: 1,
};
const json: Act = {
  ...stream,
  answer: { status: 200, headers: { 'content-type': 'application/json' }, after: 0 },
};
const cut: Act = { ...stream, chunks: stream.chunks.slice(0, 2), ending: 'reset', after: 4 };
const cassette = [json, stream, cut, { ...cut, ending: 'stall' } as const].flatMap(linesOf);
const tape = [header(new Date()), ...cassette].join('\n');

describe('recordedRun', () => {
  it(
    'takes the time it took, virtual in marbles',
    marbles(({ expectObservable }) => {
      const said = recordedRun(tape).pipe(textOnly());
      expectObservable(said).toBe('2s a--b-|', { a: 'Grü', b: 'ße' });
      const done = recordedRun(tape).pipe(
        ofType('done'),
        map(({ type }) => type),
      );
      expectObservable(done).toBe('2004ms d|', { d: 'done' });
    }),
  );

  it(
    'takes as long in other pieces: each comes when the last of it came',
    marbles(({ expectObservable }) => {
      const said = recordedRun(tape, { resplit: 4 }).pipe(textOnly());
      // The end of a frame and the beginning of the next are in one piece.
      expectObservable(said).toBe('2003ms ab|', { a: 'Grü', b: 'ße' });
      const done = recordedRun(tape, { resplit: 4 }).pipe(
        ofType('done'),
        map(({ type }) => type),
      );
      expectObservable(done).toBe('2004ms d|', { d: 'done' });
    }),
  );

  it(
    'ends as it ended: broken off, or not at all',
    marbles(({ expectObservable }) => {
      const error = new TypeError('terminated', { cause: { code: 'ECONNRESET' } });
      const types = (stream: number) => recordedRun(tape, { stream }).pipe(textOnly());
      expectObservable(types(1)).toBe('2s a---#', { a: 'Grü' }, error);
      expectObservable(types(2)).toBe('2s a', { a: 'Grü' });
    }),
  );

  it('leaves the waits out, and cuts otherwise, where that is asked for', async () => {
    for (const options of [{ pace: 'asap' }, { pace: 'asap', resplit: 4 }] as const) {
      const seen: string[] = [];
      recordedRun(tape, options).subscribe(({ type }) => seen.push(type));
      expect(seen).toEqual(['metadata', 'text-delta', 'text-delta', 'done']);
    }
    const all = await lastValueFrom(
      recordedRun(tape, { resplit: 4, pace: 'asap' }).pipe(toArray()),
    );
    expect(all[1]).toEqual({ type: 'text-delta', delta: 'Grü' });
  });

  it('refuses a stream that is not there', () => {
    expect(() => recordedRun(tape, { stream: 3 })).toThrow(
      'stream is not there: the cassette has 3',
    );
    expect(() => recordedRun(tape, { strea: 3 } as object)).toThrow('did you mean stream?');
  });
});
