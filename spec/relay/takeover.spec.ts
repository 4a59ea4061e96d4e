import { lastValueFrom, tap, toArray } from 'rxjs';
import { collectRun, createClient, ofType, type RunEvent } from 'm8tes-rx';
import { createRelay, memoryLog, type Relay, type RunLog } from 'm8tes-rx/relay';
import { fakeFetch, run, type FakeFetchOptions, type Scripted } from 'm8tes-rx/testing';

const words = Array.from({ length: 60 }, (_, index) => `word-${index} `);
const whole = words.join('');
const script = run()
  .tool({ name: 'search', input: { query: 'x' }, result: 'found' })
  .text(...words)
  .done();

/** So many relays on one log, each as a machine of its own; and a page that is sent to one of them. */
const machines = (
  count: number,
  scripted: Scripted | readonly Scripted[] = script,
  options: FakeFetchOptions = {},
) => {
  const log: RunLog = memoryLog();
  const api = fakeFetch(scripted, { pace: 2, ...options });
  const make = (): Relay =>
    createRelay({
      client: createClient({
        apiKey: 'm8_test',
        baseUrl: 'https://api.test/api/v2',
        fetch: api,
        timeouts: { linger: 20 },
      }),
      log,
      authorize: () => ({ owner: 'somebody' }),
      lease: 60,
      linger: 50,
    });
  const relays = Array.from({ length: count }, make);
  let at = 0;
  const page = createClient({
    apiKey: 'm8_none',
    baseUrl: 'https://page.test/m8tes',
    fetch: (url, init) => relays[at]!.handler(new Request(url, init)),
    timeouts: { linger: 20 },
    resume: { delay: 5, attempts: 20 },
  });
  return {
    ...{ api, relays, page, log },
    /** Stops a machine; pages are sent to the next one. */
    stop: (): void => void relays[at++]!.close(),
  };
};

describe('a run whose machine goes away', () => {
  it.each(['whole', 'turn'] as const)(
    'goes on on the next, and the next (history: %s)',
    async (history) => {
      const { page, stop, api } = machines(4, script, { history });
      let stops = 0;
      const result = await lastValueFrom(
        page.runs.create({ message: 'hi' }).pipe(
          tap((event) => {
            if (event.type !== 'text-delta') return;
            if (stops < 3 && event.delta.includes(`word-${15 * (stops + 1)} `)) {
              stops++;
              stop();
            }
          }),
          collectRun(),
        ),
      );
      expect(stops).toBe(3);
      expect(result.text).toBe(whole);
      expect(result.toolCalls).toMatchObject([{ toolName: 'search', result: 'found' }]);
      expect(api.runs()).toHaveLength(1);
    },
  );

  it('is told to its viewers once, in the order of the log', async () => {
    const { page, stop, relays } = machines(2);
    let run_id = 0;
    const first = lastValueFrom(
      page.runs.create({ message: 'hi' }).pipe(
        tap((event) => {
          if (event.type === 'metadata') run_id = event.payload.run_id ?? run_id;
          if (event.type === 'text-delta' && event.delta === 'word-20 ') stop();
        }),
        toArray(),
      ),
    );
    const events = await first;
    const later = await lastValueFrom(relays[1]!.watch(run_id).pipe(toArray()));
    const textOf = (all: readonly RunEvent[]) =>
      all.map((event) => (event.type === 'text-delta' ? event.delta : '')).join('');
    expect([textOf(events), textOf(later)]).toEqual([whole, whole]);
    expect(later.filter(({ type }) => type === 'done')).toHaveLength(1);
  });
});

describe('a run that is replied to', () => {
  const talk = run().text('First answer.').done();

  it.each(['whole', 'turn'] as const)('tells the turn (history: %s)', async (history) => {
    const { page, log } = machines(1, [talk, run().text('Second ', 'answer.').done()], { history });
    const { run_id } = await lastValueFrom(page.runs.create({ message: 'a' }).pipe(collectRun()));
    const second = await lastValueFrom(
      page.runs.reply(run_id!, { message: 'b' }).pipe(collectRun()),
    );
    expect(second.text).not.toBe('');
    expect((await log.stat(String(run_id)))?.end).toBeDefined();
    const both = await lastValueFrom(page.runs.join(run_id!).pipe(ofType('text-delta'), toArray()));
    expect(both.map(({ delta }) => delta).join('')).toBe(`First answer.${second.text}`);
  });
});
