import { collectRun, createClient, encodeEvent, textOnly, type RunEvent } from 'm8tes-rx';
import { memoryLog, type RunLog } from 'm8tes-rx/relay';
import { cassetteOf, marbles, replay, run } from 'm8tes-rx/testing';
import { lastValueFrom, of, toArray } from 'rxjs';
import { fingerprints } from '../../../lib/log/fingerprints';
import { actsIn } from '../../../lib/testing/cassettes/acts';

/** A log that holds these events of a run. */
const holding = async (
  events: readonly RunEvent[],
  close?: 'ended' | 'interrupted',
): Promise<RunLog> => {
  const log = memoryLog();
  const acquired = await log.acquire('r', 'owner', 60_000);
  const { add } = fingerprints();
  const frames = events.map((event) => ({ data: encodeEvent(event), fingerprint: add(event) }));
  const epoch = acquired.type === 'yours' ? acquired.epoch : 0;
  await log.append({ run: 'r', owner: 'owner', epoch, from: 0, frames, lease: 60_000, close });
  return log;
};

const failed = run({ run_id: 4711 })
  .text('I could ', 'not ')
  .failure('the sandbox went away', 'SANDBOX_UNAVAILABLE')
  .events();

const clientOf = (cassette: string) => {
  const { transport, close } = replay(cassette);
  return {
    ...createClient({ transport, apiKey: 'm8_any', resume: false, onLog: () => {} }),
    close,
  };
};

describe('cassetteOf', () => {
  it('is a run that failed, to fail again whatever it is asked', async () => {
    const { runs, close } = clientOf(await cassetteOf(await holding(failed, 'ended'), 'r'));
    const told = runs.create({ message: 'Go', tools: ['gmail'] }).pipe(toArray());
    expect(await lastValueFrom(told)).toEqual(failed);
    await close();
  });

  it('goes in virtual time', async () => {
    const cassette = await cassetteOf(await holding(failed, 'ended'), 'r');
    marbles(({ expectObservable }) => {
      const text = clientOf(cassette).runs.create({ message: 'Go' }).pipe(textOnly());
      expectObservable(text).toBe('(ab|)', { a: 'I could ', b: 'not ' });
    })();
  });

  it('has a turn for each reply', async () => {
    const turns = ['one', 'two', 'three'].map((said) =>
      run({ run_id: 7 }).text(said).done().metrics().events(),
    );
    const cassette = await cassetteOf(await holding(turns.flat(), 'ended'), 'r');
    expect(actsIn(cassette).map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /api/v2/runs/',
      'POST /api/v2/runs/7/reply',
      'POST /api/v2/runs/7/reply',
    ]);
    const { runs, close } = clientOf(cassette);
    const text = async (events$: ReturnType<typeof runs.join>) =>
      (await lastValueFrom(events$.pipe(collectRun()))).text;
    expect(await text(runs.create({ message: '1' }))).toBe('one');
    expect(await text(runs.reply(7, { message: '2' }))).toBe('two');
    expect(await text(runs.reply(7, { message: '3' }))).toBe('three');
    await close();
  });

  it('keeps any event as it was, a frame a line', async () => {
    const events: readonly RunEvent[] = [
      { type: 'metadata', payload: { run_id: 4711 } },
      { type: 'text-delta', delta: 'Grüße\n\u2028🎈' },
      { type: 'unknown', name: 'tomorrow', raw: { type: 'tomorrow', of: [1] } },
      { type: 'malformed', data: 'no\njson', problems: ['the whole: expected JSON'] },
      { type: 'keep-alive' },
      { type: 'done' },
    ];
    const cassette = await cassetteOf(await holding(events, 'ended'), 'r');
    expect(cassette.match(/^\{"\+":0,"d":/gm)).toHaveLength(events.length);
    const told = clientOf(cassette).runs.create({ message: 'Go' }).pipe(toArray());
    expect(await lastValueFrom(told)).toEqual(events);
  });

  it('reads a log of any length', async () => {
    const words = Array.from({ length: 3_000 }, (_, i) => `${i} `);
    const long = run()
      .text(...words)
      .done()
      .events();
    const { runs } = clientOf(await cassetteOf(await holding(long, 'ended'), 'r'));
    const result = await lastValueFrom(runs.create({ message: 'Go' }).pipe(collectRun()));
    expect(result.text).toBe(words.join(''));
  });

  it.each([
    [undefined, 'stall'],
    ['interrupted', 'reset'],
    ['ended', 'end'],
  ] as const)('of a log that is %s ends with %s', async (close, ending) => {
    const log = await holding(failed.slice(0, 3), close);
    expect(actsIn(await cassetteOf(log, 'r'))).toMatchObject([
      { ending, chunks: failed.slice(0, 3).map(() => ({})) },
    ]);
    const empty = await holding([], close);
    expect(actsIn(await cassetteOf(empty, 'r'))).toMatchObject([{ ending, chunks: [] }]);
  });

  it('holds no key, and nothing that was redacted', async () => {
    const events: readonly RunEvent[] = [
      { type: 'text-delta', delta: 'use m8_live_0123456789 for ada@example.com' },
      { type: 'done' },
    ];
    const seen: string[] = [];
    const redact = (body: unknown, { of, path }: { of: string; path: string }): unknown => {
      seen.push(`${of} ${path}`);
      return JSON.parse(JSON.stringify(body).replace('ada@example.com', '…'));
    };
    const log = await holding(events, 'ended');
    expect(await cassetteOf(log, 'r')).not.toContain('m8_live');
    const cassette = await cassetteOf(log, 'r', { redact });
    expect(cassette).toContain('use m8_# for …');
    expect(seen).toEqual(['frame /api/v2/runs/', 'frame /api/v2/runs/']);
  });

  it('refuses a run that is not there, or not from its beginning', async () => {
    const log = await holding(failed, 'ended');
    const named = { name: 'InvalidArgumentError', argument: 'run' };
    await expect(cassetteOf(log, 'other')).rejects.toMatchObject(named);
    const stat = (await log.stat('r'))!;
    const trimmed = { ...log, stat: () => Promise.resolve({ ...stat, floor: 3 }) };
    await expect(cassetteOf(trimmed, 'r')).rejects.toThrow('has lost its beginning');
    for (const reading of [of({ type: 'gone' } as const), of({ type: 'rewound' } as const)]) {
      await expect(cassetteOf({ ...log, read: () => reading }, 'r')).rejects.toThrow('was lost');
    }
    await expect(cassetteOf(log, 'r', { redakt: 1 } as object)).rejects.toThrow(
      'redakt is unknown',
    );
  });

  it('tells what the log held when it was asked, and waits for no more', async () => {
    const log = await holding(failed);
    const stat = (await log.stat('r'))!;
    const before = { ...stat, at: { ...stat.at, pos: 2 } };
    const cassette = await cassetteOf({ ...log, stat: () => Promise.resolve(before) }, 'r');
    expect(actsIn(cassette)).toMatchObject([{ chunks: [{}, {}], ending: 'stall' }]);
  });
});
