import { createClient, ofType } from 'm8tes-rx';
import { fakeFetch, forever, text, tool, wait, type Script } from 'm8tes-rx/testing';
import { firstValueFrom, ignoreElements, lastValueFrom } from 'rxjs';
import { timed } from '../../lib/console/timed';
import { untimed } from '../../lib/console/timing';

jest.setTimeout(60_000);

/** A client whose clock is moved by hand. */
const clocked = (script: Script, options: Parameters<typeof fakeFetch>[1] = {}) => {
  const fetch = fakeFetch(script, options);
  let now = 1_000;
  const { client, timesOf } = timed(createClient({ fetch, apiKey: 'm8_test' }), () => now);
  return { fetch, runs: client.runs, timesOf, pass: (ms: number) => void (now += ms) };
};

describe('timed', () => {
  it('notes when the events of a run came, since it was asked for', async () => {
    const { runs, timesOf, pass } = clocked(() => [...text('Hello'), ...tool({ name: 'search' })]);
    expect(timesOf(123)).toBeUndefined();
    await runs.create({ message: 'hi' }).forEach(() => pass(10));
    pass(5);
    const [start, end] = [40, 70];
    expect(timesOf(123)).toEqual({
      ...{ began: 0, firstToken: 20, ended: 80, now: 95, written: [5], span: untimed.span },
      calls: [{ toolCallId: 'tc_search', start, end }],
    });
  });

  it('leaves what is no stream alone, and all else of the client', async () => {
    const { runs, timesOf } = clocked(() => text('Hello'));
    const { id } = await lastValueFrom(runs.create({ message: 'hi', stream: false }));
    expect(id).toBe(123);
    expect(timesOf(id)).toBeUndefined();
    expect((await lastValueFrom(runs.get(id))).id).toBe(id);
    expect(await lastValueFrom(runs.streamText({ message: 'hi' }))).toBe('Hello');
  });

  it('goes on with the clock of a run that is replied to', async () => {
    const { runs, timesOf, pass } = clocked(({ turn }) => text(turn === 0 ? 'one' : 'three'));
    await lastValueFrom(runs.create({ message: 'a' }));
    pass(500);
    await lastValueFrom(runs.reply(123, { message: 'b' }));
    expect(timesOf(123)).toMatchObject({ began: 500, firstToken: 500, now: 500 });
    expect(timesOf(123)!.written.reduce((all, some) => all + some)).toBe(8);
  });

  it('counts nothing twice: a run that is told again is noted anew, and one that goes on is not', async () => {
    const script = () => [...text('Hello'), ...forever()];
    const { runs, timesOf, pass } = clocked(script);
    const begun = await firstValueFrom(runs.create({ message: 'a' }).pipe(ofType('metadata')));
    await firstValueFrom(runs.join(123).pipe(ofType('text-end')));
    expect(timesOf(123)?.written).toEqual([5]);
    pass(100);
    await firstValueFrom(runs.join(123).pipe(ofType('text-end')));
    expect(timesOf(123)).toMatchObject({ written: [5], began: 0, now: 0 });
    pass(50);
    const rest = runs.join(123, { after: [begun] });
    await firstValueFrom(rest.pipe(ofType('text-end')));
    expect(timesOf(123)).toMatchObject({ now: 50 });
  });

  it('keeps the times of so many runs, and forgets the oldest', async () => {
    const { runs, timesOf } = clocked(() => text('x'));
    for (let i = 0; i < 501; i++) {
      await lastValueFrom(runs.create({ message: 'a' }).pipe(ignoreElements()), {
        defaultValue: undefined,
      });
    }
    expect([123, 124, 623].map((id) => timesOf(id) !== undefined)).toEqual([false, true, true]);
  });

  it('does nothing before it is subscribed to', async () => {
    const { fetch, runs, timesOf } = clocked(() => wait(1));
    runs.create({ message: 'a' });
    runs.join(5);
    runs.reply(5, { message: 'b' });
    await Promise.resolve();
    expect([fetch.requests(), timesOf(5)]).toEqual([[], undefined]);
  });
});
