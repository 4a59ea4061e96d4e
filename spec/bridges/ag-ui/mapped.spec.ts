import fc from 'fast-check';
import { from, lastValueFrom } from 'rxjs';
import { ApiError, collectRun, type RunEvent } from 'm8tes-rx';
import { aPermissionRequest, run } from 'm8tes-rx/testing';
import { anyEvent } from '../../events/arbitrary';
import { mapped, mappedCut, only, verified } from './mapping';

const request = aPermissionRequest({ request_id: 'req_1', display_name: 'Gmail' });
const asks = (request_id: string): RunEvent => ({
  type: 'permission_request',
  request_id,
  payload: { request_id },
});

describe('a turn as a run of AG-UI', () => {
  it('is told from its start to its end', () => {
    const events = mapped([
      ...run()
        .thinking('Hm', '.')
        .tool({ name: 'gmail_search', input: { q: 1 }, result: [] })
        .text('Here are ', 'they.')
        .metrics(10, 2)
        .done(),
    ]);
    verified(events);
    expect(events).toEqual([
      { type: 'RUN_STARTED', threadId: 'thread', runId: 'run', protocolVersion: '1.0' },
      { type: 'CUSTOM', name: 'metadata', value: { payload: { run_id: 123 } } },
      { type: 'REASONING_START', messageId: '7.1.1' },
      { type: 'REASONING_MESSAGE_START', messageId: '7.1.1', role: 'reasoning' },
      { type: 'REASONING_MESSAGE_CONTENT', messageId: '7.1.1', delta: 'Hm' },
      { type: 'REASONING_MESSAGE_CONTENT', messageId: '7.1.1', delta: '.' },
      { type: 'REASONING_MESSAGE_END', messageId: '7.1.1' },
      { type: 'REASONING_END', messageId: '7.1.1' },
      { type: 'TOOL_CALL_START', toolCallId: '7.1.2.tc_1', toolCallName: 'gmail_search' },
      { type: 'TOOL_CALL_ARGS', toolCallId: '7.1.2.tc_1', delta: '{"q":1}' },
      { type: 'TOOL_CALL_END', toolCallId: '7.1.2.tc_1' },
      {
        type: 'TOOL_CALL_RESULT',
        messageId: '7.1.3',
        role: 'tool',
        toolCallId: '7.1.2.tc_1',
        content: '[]',
      },
      { type: 'TEXT_MESSAGE_START', messageId: '7.1.4', role: 'assistant' },
      { type: 'TEXT_MESSAGE_CONTENT', messageId: '7.1.4', delta: 'Here are ' },
      { type: 'TEXT_MESSAGE_CONTENT', messageId: '7.1.4', delta: 'they.' },
      { type: 'TEXT_MESSAGE_END', messageId: '7.1.4' },
      expect.objectContaining({ type: 'CUSTOM', name: 'run_metrics' }),
      {
        type: 'RUN_FINISHED',
        threadId: 'thread',
        runId: 'run',
        outcome: { type: 'success' },
        result: { stop_reason: 'end_turn' },
        usage: [{ inputTokens: 10, outputTokens: 2, totalTokens: 12 }],
      },
    ]);
  });

  it('is ended by what it asks, with nothing left open', () => {
    const events = mapped([
      { type: 'text-delta', delta: 'May I' },
      { type: 'tool-call-start', toolCallId: 'toolu_1', toolName: 'gmail_send' },
      asks('req_1'),
      { type: 'asking', requests: [{ ...request, tool_use_id: 'toolu_1' }] },
    ]);
    verified(events);
    expect(events.slice(-2)).toMatchObject([
      { type: 'TOOL_CALL_END' },
      {
        type: 'RUN_FINISHED',
        outcome: {
          type: 'interrupt',
          interrupts: [{ id: 'req_1', reason: 'tool_call', toolCallId: '7.1.2.toolu_1' }],
        },
      },
    ]);
  });

  it('tells what follows the requests that the client knows, under the same ids', () => {
    const before: RunEvent[] = [
      { type: 'text-delta', delta: 'May I' },
      { type: 'tool-call-start', toolCallId: 'toolu_1', toolName: 'gmail_send' },
      asks('req_1'),
      asks('req_2'),
    ];
    const behind: RunEvent[] = [
      { type: 'tool-result-end', toolCallId: 'toolu_1', result: 'sent' },
      { type: 'text-delta', delta: 'Sent.' },
      { type: 'done' },
    ];
    const rest = mapped([...before, ...behind], { after: ['req_2', 'req_1'] });
    verified(rest);
    expect(rest).toEqual([
      { type: 'RUN_STARTED', threadId: 'thread', runId: 'run', protocolVersion: '1.0' },
      {
        ...{ type: 'TOOL_CALL_RESULT', messageId: '7.1.3', role: 'tool' },
        ...{ toolCallId: '7.1.2.toolu_1', content: 'sent' },
      },
      { type: 'TEXT_MESSAGE_START', messageId: '7.1.4', role: 'assistant' },
      { type: 'TEXT_MESSAGE_CONTENT', messageId: '7.1.4', delta: 'Sent.' },
      { type: 'TEXT_MESSAGE_END', messageId: '7.1.4' },
      {
        ...{ type: 'RUN_FINISHED', threadId: 'thread', runId: 'run' },
        outcome: { type: 'success' },
      },
    ]);
    const all = mapped([...before, ...behind]);
    expect(all.slice(-4)).toEqual(rest.slice(-4));
  });

  it('is no success where what the client knows was never asked', () => {
    const told = mapped([...run().text('hi').done()], { after: ['req_1'] });
    expect(told.at(-1)).toMatchObject({ type: 'RUN_ERROR', code: 'interrupted' });
    expect(told).toHaveLength(2);
  });

  it.each([
    ['no ending', mapped([{ type: 'text-delta', delta: 'ha' }])],
    ['a cut', mappedCut([{ type: 'text-delta', delta: 'ha' }])],
  ])('takes %s for none', (_, events) => {
    verified(events);
    expect(events.map(({ type }) => type)).toEqual([
      'RUN_STARTED',
      'TEXT_MESSAGE_START',
      'TEXT_MESSAGE_CONTENT',
      'TEXT_MESSAGE_END',
      'RUN_ERROR',
    ]);
  });

  it('tells of a refusal its kind, and not its words', () => {
    const secret = new ApiError('https://api.test said m8_key', { kind: 'missing', status: 404 });
    const events = mappedCut([], secret);
    expect(events.at(-1)).toMatchObject({ type: 'RUN_ERROR', code: 'missing' });
    expect(JSON.stringify(events)).not.toMatch(/m8_key|api\.test/);
  });

  it('failed, whatever follows', () => {
    const failed = run().text('a').failure('no sandbox', 'SANDBOX_UNAVAILABLE').metrics(3, 4);
    const events = mapped([...failed, { type: 'done' }]);
    verified(events);
    expect(events.at(-1)).toEqual({
      type: 'RUN_ERROR',
      message: 'no sandbox',
      code: 'SANDBOX_UNAVAILABLE',
      usage: [{ inputTokens: 3, outputTokens: 4, totalTokens: 7 }],
    });
  });

  it('was cancelled, and is no success', () => {
    const events = mapped([...run().text('a').cancelled(), { type: 'done' }]);
    verified(events);
    expect(events.at(-1)).toMatchObject({ type: 'RUN_FINISHED', outcome: { type: 'cancelled' } });
  });

  it('has one list of things to do, which is replaced, and a plan in the pieces that it came in', () => {
    const events = mapped([...run().todo({ a: 1 }).plan('1. ', 'mail').todo({ a: 2 }).done()]);
    verified(events);
    expect(only(events, 'ACTIVITY_SNAPSHOT', 'ACTIVITY_DELTA')).toEqual([
      {
        ...{ type: 'ACTIVITY_SNAPSHOT', messageId: '7.1.todos', activityType: 'todos' },
        content: { todos: [{ a: 1 }] },
      },
      {
        ...{ type: 'ACTIVITY_SNAPSHOT', messageId: '7.1.1', activityType: 'plan' },
        content: { pieces: [] },
      },
      ...['1. ', 'mail'].map((value) => ({
        ...{ type: 'ACTIVITY_DELTA', messageId: '7.1.1', activityType: 'plan' },
        patch: [{ op: 'add', path: '/pieces/-', value }],
      })),
      {
        ...{ type: 'ACTIVITY_SNAPSHOT', messageId: '7.1.todos', activityType: 'todos' },
        content: { todos: [{ a: 2 }] },
      },
    ]);
  });

  it('tells what there is no event for by its own name, and what nobody knows as it came', () => {
    const events = mapped([
      { type: 'sandbox-connecting', message: 'starting' },
      { type: 'unknown', name: 'new', raw: { type: 'new', x: [null] } },
      { type: 'ping' },
      { type: 'done' },
    ]);
    verified(events);
    expect(events.slice(1, -1)).toEqual([
      { type: 'CUSTOM', name: 'sandbox-connecting', value: { message: 'starting' } },
      { type: 'RAW', event: { type: 'new', x: [null] }, source: 'm8tes' },
      { type: 'RAW', event: { type: 'ping' }, source: 'm8tes' },
    ]);
  });
});

describe('any events', () => {
  const events = fc.array(anyEvent, { maxLength: 40 }) as unknown as fc.Arbitrary<RunEvent[]>;

  it('pass the verifier of the client, and end once', () => {
    fc.assert(
      fc.property(events, fc.constantFrom('end', 'cut', 'asking'), (all, how) => {
        const told =
          how === 'cut'
            ? mappedCut(all)
            : mapped(how === 'end' ? all : [...all, { type: 'asking', requests: [request] }]);
        verified(told);
        expect(told[0]?.type).toBe('RUN_STARTED');
        const ends = told.flatMap(({ type }, at) => (/FINISHED|ERROR/.test(type) ? [at] : []));
        expect(ends).toEqual([told.length - 1]);
      }),
      { numRuns: 400 },
    );
  });

  it('say the same text', async () => {
    await fc.assert(
      fc.asyncProperty(events, async (all) => {
        const { text } = await lastValueFrom(from(all).pipe(collectRun()));
        const said = only(mapped(all), 'TEXT_MESSAGE_CONTENT');
        expect(said.map(({ delta }) => delta).join('')).toBe(text);
      }),
    );
  });

  it('are told under the same ids in one go, and after what was asked', () => {
    fc.assert(
      fc.property(events, events, (some, others) => {
        const withoutAsks = (all: RunEvent[]) =>
          all.filter(({ type }) => type !== 'permission_request');
        const before = [...withoutAsks(some), asks('req_1')];
        const all = [...before, ...withoutAsks(others)];
        const content = (told: ReturnType<typeof mapped>) =>
          only(told, 'TEXT_MESSAGE_CONTENT', 'REASONING_MESSAGE_CONTENT', 'TOOL_CALL_RESULT');
        const first = mapped([...before, { type: 'asking', requests: [request] }]);
        const rest = mapped(all, { after: ['req_1'] });
        verified(rest);
        expect([...content(first), ...content(rest)]).toEqual(content(mapped(all)));
      }),
    );
  });
});
