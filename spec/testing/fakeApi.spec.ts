import {
  collectRun,
  createClient,
  respond,
  textOnly,
  type ClientOptions,
  type ConnectionState,
  type RunEvent,
  type RunTimeoutError,
} from 'm8tes-rx';
import {
  approval,
  cut,
  fakeApi,
  fakeFetch,
  fakeRun,
  forever,
  letters,
  marbles,
  run,
  text,
  wait,
  type Fault,
  type Script,
} from 'm8tes-rx/testing';
import { concatMap, catchError, lastValueFrom, map, of, tap, timer, toArray } from 'rxjs';
import { random } from '../../lib/testing/random';
import { marbles as plain } from '../helpers/marbles';

type FakeApi = ReturnType<typeof fakeApi>;

const quick = { apiKey: 'm8_test', onLog: () => {} };
const clientOf = (transport: FakeApi, options: ClientOptions = {}) =>
  createClient({ transport, ...quick, ...options });

const message = 'hello';
const routes = (api: FakeApi) => api.requests().map(({ route }) => route);

const say = (delta: string): RunEvent => ({ type: 'text-delta', delta });
const { m, d } = letters;
const said = { m, a: say('a'), b: say('b'), d };
const pieces: Script = () => [
  { type: 'text-delta', delta: 'a' },
  { type: 'text-delta', delta: 'b' },
];

describe('a client on fakeApi, in virtual time', () => {
  it(
    'hears a run at its pace, and all of it at once without one',
    marbles(({ expectObservable }) => {
      const slow = clientOf(fakeApi(pieces, { pace: 2 })).runs.create({ message });
      expectObservable(slow).toBe('--m-a-b-(d|)', said);
      const swift = clientOf(fakeApi(pieces)).runs.create({ message });
      expectObservable(swift).toBe('(mabd|)', said);
    }),
  );

  it(
    'goes by a TestScheduler as well',
    plain(({ expectObservable }) => {
      const { runs } = clientOf(fakeApi(run().text('Hel').wait(3).text('lo').done()));
      const shown = runs.create({ message }).pipe(textOnly());
      expectObservable(shown).toBe('a--(b|)', { a: 'Hel', b: 'lo' });
    }),
  );

  it(
    'hears an Observable of steps as they come, and what went wrong with it',
    marbles(({ expectObservable, cold }) => {
      const steps = { a: { type: 'text-delta', delta: 'a' }, b: { type: 'ping' } };
      const api = fakeApi([
        () => cold('-a-b|', steps),
        () => fakeRun('-a-#', { a: 'a' }, new RangeError('wrong')),
      ]);
      const { runs } = clientOf(api);
      expectObservable(runs.create({ message })).toBe('ma-b(d|)', { ...said, b: steps.b });
      const second = timer(10).pipe(concatMap(() => runs.create({ message })));
      expectObservable(second).toBe('10ms ma-(f|)', {
        m: { type: 'metadata', payload: { run_id: 124 } },
        a: said.a,
        f: { type: 'sdk_error', error: 'the script threw: RangeError: wrong' },
      });
    }),
  );

  it(
    'heals a stream that is cut',
    marbles(({ expectObservable, flush }) => {
      const api = fakeApi(run().text('a').cut().wait(400).text('b').done());
      const states: ConnectionState['state'][] = [];
      const { runs } = clientOf(api, { onConnection: ({ state }) => void states.push(state) });
      const run$ = runs.create({ message }).pipe(textOnly());
      expectObservable(run$).toBe('a 399ms (b|)', { a: 'a', b: 'b' });
      flush();
      expect(states.join(' ')).toBe('connecting open interrupted connecting open resumed closed');
    }),
  );

  it(
    'repeats with backoff, and obeys Retry-After, also as a date',
    marbles(({ expectObservable, flush }) => {
      const faults: readonly Fault[] = [
        { on: 'create', status: 503 },
        { on: 'create', reset: 'before-headers' },
      ];
      const lost = fakeApi(pieces, { faults });
      const run$ = clientOf(lost).runs.create({ message });
      // The repeat is answered with the run, which is over by then: its record tells the rest.
      const told = { ...said, s: { type: 'settled' } as const, a: say('ab') };
      expectObservable(run$).toBe('1500ms (smad|)', told);
      const retryAfter = 'Thu, 01 Jan 1970 00:00:07 GMT';
      const busy = fakeApi(pieces, { faults: [{ on: 'create', status: 429, retryAfter }] });
      expectObservable(clientOf(busy).runs.create({ message })).toBe('7s (mabd|)', said);
      flush();
      expect([lost.runs().length, ...routes(lost).slice(0, 3)]).toEqual([
        1,
        'create',
        'create',
        'create',
      ]);
    }),
  );

  it(
    'polls',
    marbles(({ expectObservable }) => {
      const api = fakeApi(run().wait(3_000).text('b').done());
      const { runs } = clientOf(api);
      const polled = runs
        .create({ message, stream: false })
        .pipe(concatMap(({ id }) => runs.poll(id)));
      expectObservable(polled.pipe(map(({ status, output }) => [status, output]))).toBe(
        'r 3999ms (c|)',
        { r: ['running', undefined], c: ['completed', 'b'] },
      );
      const slow = runs.create({ message, stream: false }).pipe(
        concatMap(({ id }) => runs.poll(id, { timeout: 1_000 })),
        map(({ status }) => status),
        catchError((error: RunTimeoutError) => of(error.option)),
      );
      expectObservable(slow).toBe('r 999ms (o|)', { r: 'running', o: 'timeout' });
    }),
  );

  it(
    'gives up on what is dead, and on what says nothing',
    marbles(({ expectObservable }) => {
      const stall = { afterEvents: 1 };
      const api = fakeApi(pieces, { faults: [{ on: 'create', stall }], pace: 60_000 });
      const { runs } = clientOf(api);
      // Metadata after a minute, then silence: the socket counts as dead 45 s later, and is healed.
      expectObservable(runs.create({ message })).toBe(
        '60s m 59999ms a 59999ms b 59999ms (d|)',
        said,
      );
      const silent = clientOf(fakeApi(forever), { timeouts: { stall: 50 } });
      const option = silent.runs.create({ message }).pipe(
        map(({ type }) => type),
        catchError((error: RunTimeoutError) => of(error.option)),
      );
      expectObservable(option).toBe('m 49ms (o|)', { m: 'metadata', o: 'timeouts.stall' });
    }),
  );

  it(
    'answers people, and waits for them',
    marbles(({ expectObservable }) => {
      const api = fakeApi(function* () {
        const { decision } = yield* approval({ tool_name: 'gmail_send' });
        yield* text(decision);
      });
      const client = clientOf(api);
      const onApproval = () => timer(5_000).pipe(map(() => 'deny' as const));
      const people = { human_in_the_loop: true, permission_mode: 'approval' } as const;
      const output = client.runs
        .create({ message, ...people })
        .pipe(respond(client, { onApproval }), textOnly());
      expectObservable(output).toBe('5s (a|)', { a: 'deny' });
      const waited = client.runs.createAndWait({ message, ...people }, { onApproval });
      const outputs = waited.pipe(map(({ output }) => output ?? 'none yet'));
      expectObservable(outputs).toBe('n 5999ms (a|)', { n: 'none yet', a: 'deny' });
    }),
  );

  it(
    'lets go of a run that it leaves, or cancels it',
    marbles(({ expectObservable, flush }) => {
      const cleanUp = jest.fn();
      const api = fakeApi(function* () {
        try {
          yield* forever();
        } finally {
          cleanUp();
        }
      });
      const { runs } = clientOf(api);
      expectObservable(runs.create({ message }), '---!').toBe('m--', said);
      flush();
      expect(api.streams()).toBe(0);
      expect(api.requests()).toMatchObject([{ route: 'create', closed: true }]);
      expect(api.runs()).toMatchObject([{ status: 'running' }]);
      expect(cleanUp).not.toHaveBeenCalled();
      const events$ = runs.join(123, { onUnsubscribe: 'cancel' });
      expectObservable(events$, '------!').toBe('---m--', said);
      flush();
      expect(routes(api)).toEqual(['create', 'join', 'cancel']);
      expect(api.runs()).toMatchObject([{ status: 'cancelled' }]);
      expect(cleanUp).toHaveBeenCalledTimes(1);
    }),
  );

  it(
    'is done with a run that is kept alive for ever, after a week',
    marbles(({ expectObservable }) => {
      expectObservable(clientOf(fakeApi(forever)).runs.create({ message })).toBe('m', said);
    }),
  );

  it(
    'sends files, and is told when things were',
    marbles(({ expectObservable, flush }) => {
      const api = fakeApi(pieces);
      const { runs } = clientOf(api);
      const files = [{ name: 'a.txt', content: 'abc', type: 'text/plain' }];
      const made = timer(1_000).pipe(concatMap(() => runs.create({ message, files })));
      expectObservable(made).toBe('1s (mabd|)', said);
      const kept = timer(2_000).pipe(concatMap(() => runs.files(123)));
      expectObservable(kept).toBe('2s (f|)', { f: { name: 'a.txt', size: 3 } });
      const record = timer(2_000).pipe(concatMap(() => runs.get(123)));
      expectObservable(record.pipe(map(({ created_at }) => created_at))).toBe('2s (t|)', {
        t: '1970-01-01T00:00:01.000Z',
      });
      flush();
      expect(api.requests()[0]).toMatchObject({
        route: 'createWithFiles',
        headers: { 'content-type': 'multipart/form-data' },
        body: { message, stream: true },
        files: ['a.txt'],
      });
    }),
  );
});

/** What may go wrong, by chance, up to four times. */
const misfortunes = (below: (count: number) => number): readonly Fault[] =>
  Array.from({ length: below(5) }, () => {
    const on = (['create', 'join', 'get'] as const)[below(3)]!;
    const all: readonly Fault[] = [
      { on, status: 503 },
      { on, reset: 'before-handling' },
      { on, reset: 'before-headers' },
      { on, cut: { afterEvents: below(8) } },
      { on, cut: { afterBytes: below(400), how: 'end' } },
      { on, stall: { afterEvents: below(6) } },
      { on: 'join', rejoin: below(99) },
      { on, split: below(99) },
      { on, trickle: 1 },
      { on, neverHangUp: true },
      { on, noDone: true },
    ];
    return all[below(all.length)]!;
  });

it.each(Array.from({ length: 60 }, (_, seed) => seed))(
  'a client hears all of a run, or that it did not, and lets go of it: misfortunes %d',
  (seed) => {
    const chance = random(seed);
    const below = (count: number) => Math.floor(chance() * count);
    const script: Script = () => [
      ...text('One ', 'two '),
      ...wait(below(2_000)),
      ...(below(2) === 0 ? cut() : []),
      ...text('three ', 'four'),
      ...wait(below(900)),
    ];
    const api = fakeApi(script, { faults: misfortunes(below), pace: below(3) });
    const outcomes: string[] = [];
    marbles(() => {
      const run$ = clientOf(api).runs.create({ message }).pipe(collectRun());
      run$.subscribe({
        next: ({ text }) => outcomes.push(text),
        error: ({ name }: Error) => outcomes.push(name),
      });
    })();
    expect(outcomes).toHaveLength(1);
    expect(outcomes[0]).toMatch(
      /^(One two three four|(StreamInterrupted|Connection|RunTimeout)Error)$/,
    );
    expect(api.streams()).toBe(0);
  },
);

describe('fakeApi, in real time', () => {
  const apis: FakeApi[] = [];
  const faked = (...given: Parameters<typeof fakeApi>) => {
    const api = fakeApi(...given);
    apis.push(api);
    return api;
  };
  afterEach(() => apis.splice(0).forEach((api) => api.close()));

  const faults: readonly (readonly [string, readonly Fault[]])[] = [
    ['none', []],
    ['a refusal', [{ on: 'create', status: 422 }]],
    ['lost before it is handled', [{ on: 'create', reset: 'before-handling' }]],
    ['lost before its headers', [{ on: 'create', reset: 'before-headers' }]],
    ['lost after its headers', [{ on: 'create', reset: 'after-headers' }]],
    ['a cut', [{ on: 'create', cut: { afterEvents: 3 } }]],
    ['a cut in a frame', [{ on: 'create', cut: { afterBytes: 100, how: 'end' } }]],
    ['other pieces', [{ split: 3 }]],
    ['a replay told otherwise', [{ cut: { afterEvents: 4 } }, { on: 'join', rejoin: 5 }]],
    ['no done', [{ noDone: true }]],
    ['HTML', [{ on: 'create', status: 200, body: '<html>', contentType: 'text/html' }]],
  ];
  it.each(faults)('tells a client what fakeFetch tells it: %s', async (_, faults) => {
    const options = {
      ...quick,
      retries: { delay: 1 },
      resume: { delay: 1 },
      timeouts: { linger: 1 },
    };
    const script = () => text('One ', 'two ', 'three ', 'four');
    const api = faked(script, { faults });
    const fetch = fakeFetch(script, { faults });
    const told = async (client: ReturnType<typeof createClient>) => {
      const run$ = client.runs.create({ message }, { idempotencyKey: 'one' });
      return lastValueFrom(run$.pipe(collectRun())).then(
        ({ text }) => text,
        (error: Error) => `${error.name}: ${error.message}`,
      );
    };
    const through = await told(createClient({ transport: api, ...options }));
    expect(through).toBe(await told(createClient({ fetch, ...options })));
    // Both may look into the record once or more often, as time has it.
    expect(api.requests()[0]).toEqual(fetch.requests()[0]);
    fetch.close();
  });

  it('breaks off what is open when it is closed, and answers no more', async () => {
    const api = faked(forever);
    const { runs } = clientOf(api, { resume: false, retries: { count: 0 } });
    const run$ = runs.create({ message });
    const broken = lastValueFrom(run$.pipe(toArray()));
    await api.until(({ streams }) => streams() === 1);
    api.close();
    await expect(broken).rejects.toMatchObject({ name: 'StreamInterruptedError', run_id: 123 });
    expect(api.streams()).toBe(0);
    await expect(lastValueFrom(runs.get(123))).rejects.toThrow('got no answer (ECONNREFUSED)');
    api.close();
  });

  it('keeps files that were uploaded', async () => {
    const { runs } = clientOf(faked(pieces));
    const files = [{ name: 'a.txt', content: 'abc' }];
    await lastValueFrom(runs.create({ message, files }));
    const [bytes] = await lastValueFrom(runs.downloadFile(123, 'a.txt').pipe(toArray()));
    expect(Buffer.from(bytes!).toString()).toBe('abc');
  });

  it('goes by the timers that a spec has put in place', async () => {
    jest.useFakeTimers();
    const seen: string[] = [];
    const { runs } = clientOf(faked(run().text('a').wait(60_000).text('b').done()));
    const telling = lastValueFrom(
      runs.create({ message }).pipe(
        textOnly(),
        tap((text) => seen.push(text)),
      ),
    );
    await jest.advanceTimersByTimeAsync(59_999);
    expect(seen).toEqual(['a']);
    await jest.advanceTimersByTimeAsync(1);
    await telling;
    jest.useRealTimers();
    expect(seen).toEqual(['a', 'b']);
  });

  it('hands webhooks to a handler', async () => {
    const heard: string[] = [];
    const api = faked(pieces, {
      onWebhook: async (request) => {
        heard.push(((await request.json()) as { type: string }).type);
        return new Response(null, { status: 204 });
      },
    });
    const { runs, webhooks } = clientOf(api);
    await lastValueFrom(webhooks.create({ url: 'https://example.com/' }));
    await lastValueFrom(runs.create({ message }));
    await api.until(() => heard.length === 2);
    expect(heard.sort()).toEqual(['run.completed', 'run.started']);
  });

  it('refuses options that there are not, and scripts that are async', () => {
    expect(() => fakeApi(pieces, { pase: 1 } as object)).toThrow(
      /^pase is unknown: did you mean pace/,
    );
    const asyncs: readonly unknown[] = [
      async function* () {
        yield { type: 'ping' };
      },
      async () => [],
      [pieces, async () => []],
    ];
    for (const script of asyncs) {
      expect(() => fakeApi(script as Script)).toThrow(
        /^script must not be async, for no Promise settles in virtual time/,
      );
    }
  });

  it('says in the stream that a script is async that does not look it', async () => {
    const script = (() => Promise.resolve([])) as unknown as Script;
    const { runs } = clientOf(faked(script));
    const result = await lastValueFrom(runs.create({ message }).pipe(collectRun()));
    expect(JSON.stringify(result.errors)).toMatch(/sdk_error.*must give its steps, and no Promise/);
  });

  it('plays a script of very many steps that take no time', async () => {
    const files = Array.from({ length: 20_000 }, (_, i) => ({
      ...{ step: 'file' as const, name: `${i}`, content: '' },
    }));
    const { runs } = clientOf(faked(() => [...files, { type: 'text-delta', delta: 'all' }]));
    const { text } = await lastValueFrom(runs.create({ message }).pipe(collectRun()));
    expect(text).toBe('all');
  });
});
