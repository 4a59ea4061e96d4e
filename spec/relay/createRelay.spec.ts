import { from, lastValueFrom, of, take, takeWhile, tap, toArray, type Observable } from 'rxjs';
import {
  collectRun,
  ConnectionError,
  createClient,
  InvalidArgumentError,
  ofType,
  respond,
  StreamInterruptedError,
  type RunEvent,
} from 'm8tes-rx';
import {
  createRelay,
  memoryLog,
  type CreateRelayOptions,
  type Relay,
  type RunLog,
} from 'm8tes-rx/relay';
import {
  fakeFetch,
  run,
  type FakeFetchOptions,
  type Script,
  type Scripted,
} from 'm8tes-rx/testing';
import { told } from '../helpers/told';
import { deltas, kept, markOf, textOf } from './logs';
import { anApi, API, relaying } from './relaying';

const tickets = run().thinking('Hm.').text('Here are ', 'the open tickets.').done();

/** A turn up to its ending: whoever goes on does not wait for the log to be closed. */
const takeWhileOpen = () => takeWhile<RunEvent>(({ type }) => type !== 'done', true);

describe('createRelay', () => {
  const { client } = anApi(tickets);
  const right: CreateRelayOptions = { client, log: memoryLog(), authorize: () => undefined };

  it.each([
    ['client', { client: undefined }],
    ['client', { client: {} }],
    ['log', { log: new Map() }],
    ['authorize', { authorize: undefined }],
    ['authorize', { authorize: true }],
    ['accept', { accept: 'tools' }],
    ['lease', { lease: 0 }],
    ['linger', { linger: Infinity }],
    ['keepAlive', { keepAlive: '15s' }],
    ['keep', { keep: 1 }],
    ['leese', { leese: 1_000 }],
  ])('says which option is unusable: %s %j', (argument, options) => {
    const make = () => createRelay({ ...right, ...options } as unknown as CreateRelayOptions);
    expect(make).toThrow(InvalidArgumentError);
    expect(make).toThrow(expect.objectContaining({ argument }));
  });

  it('needs options', () => {
    expect(() => createRelay(undefined as unknown as CreateRelayOptions)).toThrow(
      'options must be an object like { client, log, authorize }',
    );
  });
});

describe('one’s own code', () => {
  it('starts a run, and watches it, and watches it again', async () => {
    const { relay, api } = relaying(tickets);
    const events = await lastValueFrom(relay.start({ message: 'hi' }).pipe(toArray()));
    const { run_id, text } = await lastValueFrom(from(events).pipe(collectRun()));
    expect(text).toBe('Here are the open tickets.');
    const again = await lastValueFrom(relay.watch(run_id!).pipe(toArray()));
    expect(again).toEqual(events);
    expect(api.runs()).toHaveLength(1);
    await relay.close();
  });

  it('starts one run with one call', async () => {
    const { relay, api } = relaying(tickets);
    const start = relay.start({ message: 'hi' });
    await lastValueFrom(start);
    await lastValueFrom(start);
    expect(api.runs()).toHaveLength(1);
    expect(api.requests().filter(({ route }) => route === 'create').length).toBeGreaterThan(0);
    await relay.close();
  });

  it('replies', async () => {
    const { relay } = relaying(tickets);
    const { run_id } = await lastValueFrom(relay.start({ message: 'hi' }).pipe(collectRun()));
    const turn = relay.reply(run_id!, { message: 'close them' });
    expect((await lastValueFrom(turn.pipe(collectRun()))).text).toBe('Here are the open tickets.');
    await relay.close();
  });

  it('is given server-sent events, and goes on after the last one that it had', async () => {
    const log = memoryLog();
    const events = [...deltas('a', 'b', 'c'), { type: 'done' } as const];
    const { gen } = await kept(log, '7', events, 'ended');
    const { relay } = relaying(tickets, { log });
    const all = await lastValueFrom(relay.messages(7).pipe(toArray()));
    expect(all.map(({ data }) => data)).toEqual([
      '{"type":"text-delta","delta":"a"}',
      '{"type":"text-delta","delta":"b"}',
      '{"type":"text-delta","delta":"c"}',
      '{"type":"done"}',
      '[DONE]',
    ]);
    expect(all.at(-1)?.id).toBe(all.at(-2)?.id);
    const { pos, fingerprint } = markOf(events.slice(0, 2));
    expect(all[1]?.id).toBe(`${gen}-${pos}-${fingerprint}`);
    const rest = await lastValueFrom(relay.messages(7, { after: all[1]!.id }).pipe(toArray()));
    expect(rest).toEqual(all.slice(2));
    const watched = await lastValueFrom(relay.watch(7, { after: all[1]!.id }).pipe(toArray()));
    expect(watched).toEqual(events.slice(2));
  });

  it('never takes a cut for an ending', async () => {
    const log = memoryLog();
    await kept(log, '7', deltas('a', 'bc'), 'interrupted');
    const { relay } = relaying(tickets, { log });
    const { values, error } = await told(relay.watch(7));
    expect(textOf(values)).toBe('abc');
    expect(error).toBeInstanceOf(StreamInterruptedError);
    expect(error).toMatchObject({ run_id: 7, delivered: { events: 2, characters: 3 } });
  });

  it('never takes its closing for an ending, whenever it comes', async () => {
    const { relay, api } = relaying(run().text('a').wait(1_000_000).done());
    const closed = { ended: 'failed', error: expect.any(StreamInterruptedError) as Error };
    let begun: () => void;
    const isBegun = new Promise<void>((resolve) => (begun = resolve));
    const running = told(
      relay.start({ message: 'hi' }).pipe(tap(({ type }) => type === 'text-delta' && begun())),
    );
    await isBegun;
    const { id } = api.runs()[0]!;
    const watching = [told(relay.watch(id)), told(relay.messages(id))];
    await relay.close();
    expect(await running).toMatchObject({ ...closed, error: { run_id: id } });
    for (const one of await Promise.all(watching)) expect(one).toMatchObject(closed);

    const late = [
      [relay.start({ message: 'hi' }), ConnectionError],
      [relay.reply(id, { message: 'hi' }), ConnectionError],
      [relay.watch(id), StreamInterruptedError],
      [relay.messages(id), StreamInterruptedError],
    ] as const;
    for (const [one, kind] of late) {
      const { values, error } = await told<unknown>(one);
      expect([values, error]).toEqual([[], expect.any(kind)]);
    }
    expect(api.runs()).toHaveLength(1);
    await lastValueFrom(relay.stop(id));
  });

  it('lets nobody to a run that its record says is another user’s, whatever the API lets them', async () => {
    const log = memoryLog();
    await kept(log, '7', deltas('secret'), 'ended');
    const { client } = anApi(tickets);
    const runs = {
      ...client.runs,
      get: () => of({ id: 7, status: 'completed', user_id: 'bob' } as const),
    };
    const { ask } = relaying(tickets, {
      ...{ log, client: { runs } },
      authorize: (request) => {
        const user_id = request.headers.get('x-user')!;
        return { owner: user_id, params: { user_id } };
      },
    });
    const as = async (user: string) =>
      (await ask('/runs/7/stream', undefined, { 'x-user': user })).text();
    expect(await as('bob')).toContain('secret');
    const refused = await ask('/runs/7/stream', undefined, { 'x-user': 'ann' });
    expect([refused.status, (await refused.text()).includes('secret')]).toEqual([404, false]);
  });

  it('tells the turn that a run is at, from its beginning', async () => {
    const log = memoryLog();
    const { relay, api } = relaying(
      ({ turn }) =>
        from(turn === 0 ? run().text('One.').done() : run().text('Two').text(' more.').done()),
      { log },
      { pace: 20 },
    );
    const texts = async (run$: Observable<RunEvent>) =>
      (await lastValueFrom(run$.pipe(collectRun()))).text;
    await texts(relay.start({ message: 'hi' }));
    const { id } = api.runs()[0]!;
    const first = await lastValueFrom(relay.turn(id));
    expect([first.number, first.isOver, await texts(first.events)]).toEqual([1, true, 'One.']);

    const reply = texts(relay.reply(id, { message: 'more' }));
    while ((await log.stat(String(id)))?.end !== undefined)
      await new Promise((resolve) => setTimeout(resolve, 2));
    const second = await lastValueFrom(relay.turn(id));
    expect([second.number, second.isOver]).toEqual([2, false]);
    expect(await texts(second.events)).toBe('Two more.');
    expect(await reply).toBe('Two more.');
    expect(await told(relay.turn(999))).toMatchObject({ error: { kind: 'missing' } });
    await relay.close();
  });

  it('attends no run whose turn is only looked at: the next reply is a turn of its own', async () => {
    const { relay, api } = relaying(({ message }) => from(run().text(message).done()));
    await lastValueFrom(relay.start({ message: 'hi' }));
    const { id } = api.runs()[0]!;
    await lastValueFrom(relay.turn(id));
    const replied = await lastValueFrom(relay.reply(id, { message: 'ho' }).pipe(collectRun()));
    expect(replied.text).toBe('ho');
    await relay.close();
  });

  // Between the ending of a turn and the closing of its log a reply finds it open, and its own turn may
  // be over before anybody could join it.
  it.each([0, 1, 5])('tells replies that come as a turn ends, %i ms behind it', async (late) => {
    const { relay, api } = relaying(
      ({ turn }) => from(run().text(`${turn} `).done()),
      {},
      { pace: 0 },
    );
    const text = async (run$: Observable<RunEvent>) =>
      (await lastValueFrom(run$.pipe(collectRun()))).text;
    const ending = (run$: Observable<RunEvent>): Promise<RunEvent> =>
      lastValueFrom(run$.pipe(ofType('done'), take(1)));
    await ending(relay.start({ message: 'hi' }));
    const { id } = api.runs()[0]!;
    for (let turn = 1; turn < 8; turn++) {
      await new Promise((resolve) => setTimeout(resolve, late));
      expect(await text(relay.reply(id, { message: 'more' }).pipe(takeWhileOpen()))).toBe(
        `${turn} `,
      );
    }
    await relay.close();
  });

  it('lets handlers of one’s own ask who may do what, and keeps their names of runs', async () => {
    const { relay, api } = relaying(tickets, {
      authorize: (request) => {
        const user_id = request.headers.get('x-user');
        return user_id === null ? undefined : { owner: user_id, params: { user_id } };
      },
    });
    await lastValueFrom(relay.start({ message: 'hi', user_id: 'ann' }));
    const { id } = api.runs()[0]!;
    const as = (user?: string) =>
      told(
        relay.admit(
          new Request('https://page.test/', { headers: user ? { 'x-user': user } : {} }),
          {
            ...{ name: 'watch', run_id: id, params: {} },
          },
        ),
      );
    expect(await as('ann')).toMatchObject({ values: [{ owner: 'ann' }] });
    expect(await as('bob')).toMatchObject({ values: [], error: { kind: 'missing' } });
    expect(await as()).toMatchObject({ values: [], error: { kind: 'forbidden' } });
    await lastValueFrom(relay.names.set('ann', 'chat', id), { defaultValue: undefined });
    expect(await lastValueFrom(relay.names.get('ann', 'chat'))).toBe(id);
    await relay.close();
  });

  it('ends a run, sees what it asks, and decides', async () => {
    const asking = run()
      .ask({ tool_name: 'send_mail', display_name: 'Send mail' })
      .text('Sent.')
      .done();
    const { relay, api } = relaying(asking);
    const params = { message: 'hi', human_in_the_loop: true, permission_mode: 'approval' } as const;
    const result = lastValueFrom(relay.start(params).pipe(collectRun()));
    await api.until(() => api.runs()[0]?.status === 'awaiting_approval');
    const { id } = api.runs()[0]!;
    const [pending] = await lastValueFrom(relay.pending(id).pipe(toArray()));
    expect(pending).toMatchObject({ display_name: 'Send mail' });
    expect(pending).not.toHaveProperty('tool_input'); // unless it is exposed
    const { request_id } = pending!;
    await lastValueFrom(relay.decide(id, { request_id, decision: 'allow' }));
    expect((await result).text).toBe('Sent.');
    expect(await told(relay.stop(id))).toMatchObject({ error: { kind: 'conflict' } });
    await relay.close();
  });
});

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
      expose: 'all',
      accept: ['human_in_the_loop', 'permission_mode'],
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

describe('a reply whose machine goes away', () => {
  const answer = (message: string) => words.map((word) => `${message}-${word}`);
  const long: Script = ({ message }) => [
    ...answer(message).map((delta) => ({ type: 'text-delta', delta }) as const),
    { type: 'done' },
  ];

  it.each([
    ['whole', 'open'],
    ['turn', 'open'],
    ['whole', 'hang-up'],
    ['turn', 'hang-up'],
  ] as const)('goes on on the next (history: %s, pauses: %s)', async (history, pauses) => {
    const { page, stop, api, relays } = machines(3, long, { history, pauses });
    const { run_id } = await lastValueFrom(page.runs.create({ message: 'a' }).pipe(collectRun()));
    let stops = 0;
    const second = await lastValueFrom(
      page.runs.reply(run_id!, { message: 'b' }).pipe(
        tap((event) => {
          if (event.type !== 'text-delta' || stops > 1) return;
          if (event.delta === `b-word-${20 * (stops + 1)} `) {
            stops++;
            stop();
          }
        }),
        collectRun(),
      ),
    );
    expect([stops, second.text]).toEqual([2, answer('b').join('')]);
    expect(api.runs()).toHaveLength(1);
    const both = await lastValueFrom(relays[2]!.watch(run_id!).pipe(toArray()));
    expect(textOf(both)).toBe([...answer('a'), ...answer('b')].join(''));
  });
});

describe('a run that waits for people', () => {
  it.each(['open', 'hang-up'] as const)('is told on, whoever answers (%s)', async (pauses) => {
    const asking = run()
      .text('May I? ')
      .ask({ tool_name: 'send_mail', display_name: 'Send mail' })
      .text('Sent.')
      .done();
    const { page, stop, api } = machines(2, asking, { pauses });
    const params = { message: 'hi', human_in_the_loop: true, permission_mode: 'approval' } as const;
    const asked = await lastValueFrom(
      page.runs.create(params).pipe(
        tap((event) => {
          if (event.type === 'permission_request') stop();
        }),
        respond(page, { onApproval: () => true }),
        collectRun(),
      ),
    );
    expect(asked.text).toBe('May I? Sent.');
    expect(api.runs()).toHaveLength(1);
    expect(api.requests().filter(({ route }) => route === 'approve')).toHaveLength(1);
  });
});

describe('a run whose stream was gone before its end', () => {
  const calling = run()
    .text(...words)
    .tool({ name: 'search', input: { query: 'is:open' }, result: [1, 2] })
    .text(' And that is all.')
    .done();
  const start = calling.events().findIndex(({ type }) => type === 'tool-call-start') + 1;
  /** Cut in a call, and not joined again: it is over when its record says so. */
  const faults = [
    { on: 'create', cut: { afterEvents: start } },
    { on: 'join', status: 409, times: 1_000 },
  ] as const;

  it.each([[[]], ['all']] as const)(
    'says so to every viewer, now and later (expose: %j)',
    async (expose) => {
      const log = memoryLog();
      const { page, relay, client } = relaying(calling, { log, expose }, { faults });
      const first = await lastValueFrom(page.runs.create({ message: 'hi' }).pipe(toArray()));
      const { run_id, ...result } = await lastValueFrom(from(first).pipe(collectRun()));
      expect(result).toMatchObject({
        ...{ settled: true, status: 'completed', text: `${whole} And that is all.` },
        toolCalls: [{ toolName: 'search', completed: false, missing: true }],
      });
      expect(first.filter(({ type }) => type === 'settled')).toHaveLength(1);
      const later = await lastValueFrom(page.runs.join(run_id!).pipe(toArray()));
      expect(later).toEqual(first);
      const half = page.runs.join(run_id!, { after: first.slice(0, start) });
      expect(await lastValueFrom(half.pipe(toArray()))).toEqual(first.slice(start));
      const all = await lastValueFrom(relay.watch(run_id!).pipe(toArray()));
      expect(await told(client.runs.join(run_id!, { after: all }))).toMatchObject({ values: [] });
    },
  );

  it.each(['whole', 'turn'] as const)(
    'goes on when it is replied to, though the machine goes away (history: %s)',
    async (history) => {
      const reply = run()
        .text(...words.map((word) => `again ${word}`))
        .done();
      const talk: Script = (turn) => (turn.turn === 0 ? calling : reply).script(turn);
      const { page, stop, api, relays, log } = machines(2, talk, { history });
      const client = createClient({ apiKey: 'm8_test', baseUrl: API, fetch: api });
      const uncut = await lastValueFrom(client.runs.create({ message: 'a' }).pipe(toArray()));
      const settled: readonly RunEvent[] = [
        ...uncut.slice(0, start),
        ...[{ type: 'settled' } as const, ...deltas(' And that is all.')],
        ...uncut.filter(({ type }) => type === 'done'),
      ];
      await kept(log, '123', settled, 'ended');
      const first = await lastValueFrom(page.runs.join(123).pipe(collectRun()));
      expect([first.settled, first.text]).toEqual([true, `${whole} And that is all.`]);
      const second = await lastValueFrom(
        page.runs.reply(123, { message: 'b' }).pipe(
          tap((event) => {
            if (event.type === 'text-delta' && event.delta === 'again word-20 ') stop();
          }),
          collectRun(),
        ),
      );
      expect(second).toMatchObject({ status: 'completed', settled: false });
      expect(second.text).toBe(words.map((word) => `again ${word}`).join(''));
      const both = await lastValueFrom(relays[1]!.watch(123).pipe(collectRun()));
      expect([both.settled, both.text]).toEqual([true, first.text + second.text]);
    },
  );
});

describe('a run that cannot be kept to its end', () => {
  it('is settled by the page from its record', async () => {
    const log = memoryLog({ limit: 400 });
    const { page, api } = relaying(
      run()
        .text(...words)
        .done(),
      { log, expose: 'all' },
    );
    const result = await lastValueFrom(page.runs.create({ message: 'hi' }).pipe(collectRun()));
    expect((await log.stat(String(result.run_id)))?.end).toBe('full');
    expect(result.text).toBe(whole);
    expect(api.runs()).toHaveLength(1);
  });
});
