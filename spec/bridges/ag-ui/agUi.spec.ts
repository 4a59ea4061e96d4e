/** Whole runs, told to the real client of AG-UI with its verifier on, over real sockets. */
import { ApiError, InvalidArgumentError } from 'm8tes-rx';
import { agUi } from 'm8tes-rx/ag-ui';
import { memoryLog, type Relay, type RunLog } from 'm8tes-rx/relay';
import { run } from 'm8tes-rx/testing';
import { of, Subject } from 'rxjs';
import { input, outcomeOf, serving } from './serving';

jest.setTimeout(30_000); // on a machine that others use

const tickets = run()
  .thinking('Hm', '.')
  .tool({ name: 'gmail_search', input: { q: 'is:open' }, result: [{ id: 1 }] })
  .todo({ content: 'read', status: 'done' })
  .text('Here are ', 'the tickets.')
  .metrics(10, 2)
  .done();

describe('a run', () => {
  it('is told to the client of AG-UI', async () => {
    const { page } = await serving({ script: tickets });
    const ann = page();
    const told = await ann.say('Which tickets are open?');
    expect(told[0]).toEqual({
      ...{ type: 'RUN_STARTED', protocolVersion: '1.0' },
      ...{ threadId: ann.agent.threadId, runId: expect.any(String) as string },
    });
    expect(told.at(-1)).toMatchObject({
      outcome: { type: 'success' },
      usage: [{ inputTokens: 10, outputTokens: 2, totalTokens: 12 }],
    });
    expect(ann.agent.messages).toEqual([
      expect.objectContaining({ role: 'user' }),
      expect.objectContaining({ role: 'reasoning', content: 'Hm.' }),
      expect.objectContaining({
        role: 'assistant',
        toolCalls: [
          expect.objectContaining({
            function: { name: 'gmail_search', arguments: '{"q":"is:open"}' },
          }),
        ],
      }),
      expect.objectContaining({ role: 'tool', content: '[{"id":1}]' }),
      expect.objectContaining({
        role: 'activity',
        activityType: 'todos',
        content: { todos: [{ content: 'read', status: 'done' }] },
      }),
      expect.objectContaining({ role: 'assistant', content: 'Here are the tickets.' }),
    ]);
  });

  it('goes on with what is said next, on the same run', async () => {
    const { page, api } = await serving({ script: tickets });
    const ann = page();
    await ann.say('Which tickets are open?');
    const told = await ann.say('And now?');
    expect(outcomeOf(told)).toBe('success');
    expect(api.runs()).toHaveLength(1);
    expect(ann.message('assistant').map(({ content }) => content)).toEqual([
      ...[undefined, 'Here are the tickets.', undefined, 'Here are the tickets.'],
    ]);
    const calls = ann.message('tool').map((one) => 'toolCallId' in one && one.toolCallId);
    expect(new Set(calls).size).toBe(2);
  });

  it('failed', async () => {
    const script = run().text('One moment').failure('no room', 'SANDBOX_UNAVAILABLE');
    const { page } = await serving({ script });
    const told = await page().say('hi');
    expect(told.at(-1)).toEqual({
      ...{ type: 'RUN_ERROR', message: 'no room', code: 'SANDBOX_UNAVAILABLE' },
    });
    expect(told.at(-2)).toMatchObject({ type: 'TEXT_MESSAGE_END' });
  });

  it('is stopped, by its thread’s name or by its id, and is no success', async () => {
    const script = run().text('One moment').wait(Infinity);
    const { page, post, api } = await serving({ script });
    for (const path of ['/a%20name/stop', '/124/stop']) {
      const ann = page({ threadId: 'a name' });
      if (path !== '/a%20name/stop') ann.agent.threadId = 'another';
      const told = ann.say('hi');
      await api.until(() => api.runs().some(({ status }) => status === 'running'));
      while (!ann.text().includes('moment')) await new Promise(setImmediate);
      const stopped = await post({}, { path });
      expect(stopped.status).toBe(200);
      expect(await stopped.json()).toMatchObject({ status: 'cancelled' });
      expect(outcomeOf(await told)).toBe('cancelled');
    }
  });

  it('goes on when its client hangs up', async () => {
    const { page, api } = await serving({ script: tickets, pace: 20, relayed: { keep: true } });
    const ann = page();
    const told = ann.say('hi');
    while (ann.message('reasoning').length === 0) await new Promise(setImmediate);
    ann.agent.abortRun();
    await told;
    expect(ann.runs.at(-1)?.at(-1)).toMatchObject({ type: 'RUN_ERROR', code: 'abort' });
    await api.until(() => api.runs()[0]?.status === 'completed');
    const again = await ann.look();
    expect(outcomeOf(again)).toBe('success');
    expect(ann.text()).toBe('Here are the tickets.');
    expect(ann.message('reasoning')).toHaveLength(1);
    expect(ann.message('reasoning')[0]?.content).toBe('Hm.');
  });

  it('is told once more to who reloads in the middle, and shown once', async () => {
    const { page, api } = await serving({ script: tickets, pace: 10 });
    const ann = page();
    const told = ann.say('hi');
    while (ann.message('tool').length === 0) await new Promise(setImmediate);
    const reloaded = page({ threadId: ann.agent.threadId, messages: ann.agent.messages });
    const again = await reloaded.look();
    await told;
    expect(again[1]).toMatchObject({ type: 'MESSAGES_SNAPSHOT' });
    expect(reloaded.agent.messages).toEqual(ann.agent.messages);
    // One that kept nothing but what was said: said again, it is said once.
    const [first] = ann.message('user');
    const fresh = page({ threadId: ann.agent.threadId, messages: [first!] });
    await fresh.look();
    expect(fresh.agent.messages).toEqual(ann.agent.messages);
    expect(api.runs()).toHaveLength(1);
    expect(
      api.requests().filter(({ method, path }) => method === 'POST' && /reply/.test(path)),
    ).toEqual([]);
  });

  it('is one run, however often it is asked for', async () => {
    const { post, api } = await serving({ script: tickets });
    const body = { messages: [{ id: 'm1', role: 'user', content: 'hi' }], threadId: 't' };
    const tell = async (runId: string) => {
      const text = await (await post({ ...body, runId })).text();
      return text.replaceAll(runId, 'r');
    };
    const [one, two] = await Promise.all([tell('r1'), tell('r2')]);
    expect(one).toContain('TEXT_MESSAGE_END');
    expect(two).toBe(one);
    expect(await tell('r3')).toBe(one);
    expect(api.runs()).toHaveLength(1);
    const [reply, again] = await Promise.all(
      ['r4', 'r5'].map(async (runId) => {
        const messages = [...body.messages, { id: 'm2', role: 'user', content: 'and?' }];
        return (await post({ ...body, messages, runId })).text();
      }),
    );
    expect(again!.replaceAll('r5', '')).toBe(reply!.replaceAll('r4', ''));
    expect(reply).toContain('"123.2.1"');
    expect(api.runs()).toHaveLength(1);
  });

  it.each([0, 1, 2])(
    'is said once, where no more than %d of its names could be kept at first',
    async (count) => {
      const log = memoryLog();
      let left = count;
      const acquire: RunLog['acquire'] = (run, ...how) =>
        run.startsWith('name-') && left-- <= 0
          ? Promise.reject(new Error('the log is away'))
          : log.acquire(run, ...how);
      const { post, api } = await serving({
        script: tickets,
        relayed: { log: { ...log, acquire } },
      });
      const body = { messages: [{ id: 'm1', role: 'user', content: 'hi' }], threadId: 't' };
      const first = await post({ ...body, runId: 'r1' });
      expect(first.status).toBe(count < 2 ? 500 : 200);
      await first.text();
      left = Infinity;
      const again = await (await post({ ...body, runId: 'r2' })).text();
      expect(again).toContain('"messageId":"123.1.1"');
      expect(again).not.toContain('123.2');
      expect(api.runs()).toHaveLength(1);
      expect(api.requests().filter(({ route }) => route === 'reply')).toEqual([]);
    },
  );

  it('is found by its id as by its name', async () => {
    const { page } = await serving({ script: tickets });
    const ann = page();
    const told = await ann.say('hi');
    const metadata = told.find(({ name }) => name === 'metadata');
    expect(metadata).toMatchObject({ type: 'CUSTOM', value: { payload: { run_id: 123 } } });
    const other = page({ threadId: '123' });
    await other.look();
    expect(other.text()).toBe('Here are the tickets.');
  });

  it('that cannot be told to its end is an error, and no success', async () => {
    const script = run().text('half of it', 'x'.repeat(500), 'the rest').done();
    const { page } = await serving({ script, relayed: { log: memoryLog({ limit: 500 }) } });
    const told = await page().say('hi');
    expect(told.at(-1)).toMatchObject({ type: 'RUN_ERROR', code: 'interrupted' });
    expect(told).toContainEqual(expect.objectContaining({ delta: 'half of it' }));
    expect(JSON.stringify(told)).not.toMatch(/m8_relay|127\.0\.0\.1/);
  });
});

describe('a handler', () => {
  afterEach(() => jest.useRealTimers());

  it('begins its answer while the API still thinks, and tells a refusal that comes late', async () => {
    jest.useFakeTimers();
    const begun = new Subject<never>();
    const relay = {
      admit: () => of({ owner: 'ann' }),
      names: { get: () => of(undefined) },
      start: () => begun,
    } as unknown as Relay;
    const answering = agUi(relay)(
      new Request('https://page.test/agent', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(input()),
      }),
    );
    let answer: Response | undefined;
    void answering.then((response) => (answer = response));
    while (begun.observed === false) await jest.advanceTimersByTimeAsync(1);
    expect(answer).toBeUndefined();
    await jest.advanceTimersByTimeAsync(5_000);
    expect(answer).toMatchObject({ status: 200 });
    begun.error(new ApiError('no m8_key', { kind: 'billing', status: 402 }));
    const [, told] = (await answer!.text()).split('data: ');
    expect(JSON.parse(told!)).toMatchObject({ type: 'RUN_ERROR', code: 'billing' });
    expect(told).not.toContain('m8_key');
  });

  it('says which option is unusable', async () => {
    const { relay } = await serving();
    expect(() => agUi(relay, { keepAlive: 0 })).toThrow(InvalidArgumentError);
  });
});
