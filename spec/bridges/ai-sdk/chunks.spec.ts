import fc from 'fast-check';
import { from, lastValueFrom, NEVER, throwError, concat, toArray, type Observable } from 'rxjs';
import type { PermissionRequest, RunEvent } from 'm8tes-rx';
import { aPermissionRequest, aPlan, aQuestion, run } from 'm8tes-rx/testing';
import { chunks, type Known } from '../../../lib/bridges/ai-sdk/chunks';
import type { UIMessageChunk } from '../../../lib/bridges/ai-sdk/UIMessageChunk';
import type { Asking } from '../../../lib/bridges/segment';
import { DONE, written } from '../../../lib/bridges/ai-sdk/wire';
import { anyEvent } from '../../events/arbitrary';
import { messageOf, parsed } from './theirs';

const told = (
  source: Observable<RunEvent | Asking> | Iterable<RunEvent | Asking>,
  known?: Known,
): Promise<readonly UIMessageChunk[]> =>
  lastValueFrom(from(source).pipe(chunks({ messageId: '123.1', run_id: 123, known }), toArray()));

/** What the chunks say between the first two and the last two, in a line each. */
const body = async (
  source: Observable<RunEvent | Asking> | Iterable<RunEvent | Asking>,
  known?: Known,
): Promise<readonly string[]> => (await told(source, known)).slice(2, -2).map(line);

const line = (chunk: UIMessageChunk): string => {
  const { type, ...rest } = chunk as { readonly type: string; readonly [field: string]: unknown };
  const { input, output, data, title: _title, reason, ...named } = rest;
  return [
    type,
    ...Object.values(named).filter((value) => typeof value === 'string'),
    ...(type === 'abort' ? [reason] : []),
    ...[input, output, data].flatMap((value) => (value === undefined ? [] : JSON.stringify(value))),
  ].join(' ');
};

const done: RunEvent = { type: 'done', stop_reason: 'end_turn' };
const asking = (...requests: readonly PermissionRequest[]): Asking => ({
  type: 'asking',
  requests,
});
const request = (more: object = {}): PermissionRequest =>
  aPermissionRequest({
    ...{ request_id: 'r1', tool_use_id: 't1', tool_name: 'mail_send', display_name: 'Send mail' },
    ...more,
  });

describe('chunks', () => {
  it('tell a turn as one message of one step', async () => {
    expect(await told(run().text('Hel', 'lo').done())).toEqual([
      { type: 'start', messageId: '123.1', messageMetadata: { run_id: 123 } },
      { type: 'start-step' },
      { type: 'text-start', id: 'text-1' },
      { type: 'text-delta', id: 'text-1', delta: 'Hel' },
      { type: 'text-delta', id: 'text-1', delta: 'lo' },
      { type: 'text-end', id: 'text-1' },
      { type: 'finish-step' },
      { type: 'finish', finishReason: 'stop' },
    ]);
  });

  it.each([
    ['end_turn', 'stop'],
    ['stop_sequence', 'stop'],
    [undefined, 'stop'],
    ['max_tokens', 'length'],
    ['refusal', 'content-filter'],
    ['constructor', 'other'],
    ['pause_turn', 'other'],
  ])('say of the stop reason %s that it is %s', async (stop_reason, finishReason) => {
    const [finish] = (await told([{ ...done, stop_reason } as RunEvent])).slice(-1);
    expect(finish).toEqual({ type: 'finish', finishReason });
  });

  it('begin before anything has come', () => {
    const seen: string[] = [];
    NEVER.pipe(chunks({ messageId: '123.1', run_id: 123 }))
      .subscribe(({ type }) => seen.push(type))
      .unsubscribe();
    expect(seen).toEqual(['start', 'start-step']);
  });
});

describe('a failure', () => {
  const ends = async (source: Observable<RunEvent> | Iterable<RunEvent>) =>
    (await told(source)).slice(-3);

  it.each<[string, readonly RunEvent[], string]>([
    ['that ends the run', [{ type: 'sdk_error', error: 'no credit' }], 'no credit'],
    [
      'without a text',
      [{ type: 'SANDBOX_UNAVAILABLE', error: 'Unknown error' }],
      'SANDBOX_UNAVAILABLE',
    ],
    ['before an end', [{ type: 'error', error: 'no model' }, done], 'no model'],
  ])('%s is an error, and an end', async (_, events, errorText) => {
    expect(await ends(events)).toEqual([
      { type: 'finish-step' },
      { type: 'error', errorText },
      { type: 'finish', finishReason: 'error' },
    ]);
  });

  it('that the run outlives is kept in the message', async () => {
    expect(
      await body([{ type: 'error', error: 'slow', error_code: 'E' }, ...run().text('on').events()]),
    ).toContain('data-error error-1 {"error":"slow","error_code":"E"}');
  });

  it.each([
    ['breaks off', throwError(() => new Error('key m8_secret'))],
    ['is over without an end', from([])],
  ])('of the stream, which %s, is one too, and says nothing of why', async (_, rest) => {
    const all = await told(concat(from(run().text('half')), rest));
    expect(all.slice(-4)).toEqual(
      [
        { type: 'text-end', id: 'text-1' },
        { type: 'finish-step' },
        {
          type: 'error',
          errorText: expect.stringMatching(/could not be streamed any further/) as string,
        },
        { type: 'finish', finishReason: 'error' },
      ].slice(0),
    );
    expect(JSON.stringify(all)).not.toContain('secret');
  });

  it('is none where it was cancelled', async () => {
    expect((await told(run().text('half').cancelled())).slice(-3).map(line)).toEqual([
      'text-end text-1',
      'finish-step',
      'abort the run was cancelled',
    ]);
  });
});

describe('blocks', () => {
  /** `t` text, `r` reasoning, `h` thinking, `p` a plan; then an id, or none; then what it says. */
  const say = (...words: readonly string[]): readonly RunEvent[] =>
    words.map((word): RunEvent => {
      const [kind, said = ''] = word.split(/:|(?=[<>])/) as [string, string?];
      const names = { t: 'text', r: 'reasoning', h: 'thinking', p: 'plan' } as const;
      const name = names[kind[0] as keyof typeof names];
      const id = kind.length > 1 ? { id: kind.slice(1) } : {};
      if (said === '<') return { type: `${name}-start`, ...id };
      if (said === '>') return { type: `${name}-end`, ...id };
      return { type: `${name}-delta`, delta: said, ...id };
    });

  it.each<[string, readonly string[], readonly string[]]>([
    ['begin with a delta', ['t:a'], ['+text-1', 'a', '-text-1']],
    ['are none without text', ['t<', 't:', 't>', 'h<', 'h>'], []],
    [
      'end where the next begins',
      ['t:a', 'h:b', 't:c'],
      ['+text-1', 'a', '-text-1', '+thinking-2', 'b', '-thinking-2', '+text-3', 'c', '-text-3'],
    ],
    [
      'begin anew at a start',
      ['t<', 't:a', 't<', 't:b'],
      ['+text-1', 'a', '-text-1', '+text-2', 'b', '-text-2'],
    ],
    [
      'end at their end, once',
      ['h:a', 'h>', 'h>', 'h:b'],
      ['+thinking-1', 'a', '-thinking-1', '+thinking-2', 'b', '-thinking-2'],
    ],
    [
      'are written at the same time where they have ids',
      ['t1:a', 't2:b', 't1:c', 't1>', 't2:d'],
      ['+text-1', 'a', '+text-2', 'b', 'c', '-text-1', 'd', '-text-2'],
    ],
    [
      'go on with the last where a delta has no id',
      ['t1:a', 't:b', 't>'],
      ['+text-1', 'a', 'b', '-text-1'],
    ],
    [
      'are of another kind, though they have its id',
      ['t1:a', 'r1:b', 'r1>', 't1:c'],
      ['+text-1', 'a', '+reasoning-2', 'b', '-reasoning-2', 'c', '-text-1'],
    ],
  ])('%s', async (_, words, expected) => {
    const chunks = (await told([...say(...words), done])).slice(2, -2);
    const marks = chunks.map((chunk) => {
      if ('delta' in chunk) return chunk.delta;
      return `${chunk.type.endsWith('start') ? '+' : '-'}${(chunk as { readonly id: string }).id}`;
    });
    expect(marks).toEqual(expected);
  });

  it('of a plan are kept whole, and told in passing', async () => {
    expect(await body([...say('p:a', 'p:b', 't:c'), done])).toEqual([
      'data-plan-delta plan-1 {"delta":"a"}',
      'data-plan-delta plan-1 {"delta":"b"}',
      'data-plan plan-1 {"text":"ab"}',
      'text-start text-2',
      'text-delta text-2 c',
      'text-end text-2',
    ]);
  });
});

describe('tools', () => {
  it('are dynamic, and executed by the run; text behind them is another block', async () => {
    const events = run()
      .text('Let me see.')
      .tool({ name: 'search', id: 't1', input: { q: 1 }, result: ['a'] })
      .text('There.')
      .done();
    expect((await told(events)).slice(4, -2)).toEqual([
      { type: 'text-end', id: 'text-1' },
      {
        ...{ type: 'tool-input-start', toolCallId: 't1', toolName: 'search' },
        ...{ dynamic: true, providerExecuted: true },
      },
      { type: 'tool-input-delta', toolCallId: 't1', inputTextDelta: '{"q":1}' },
      {
        ...{ type: 'tool-input-available', toolCallId: 't1', toolName: 'search' },
        ...{ dynamic: true, providerExecuted: true, input: { q: 1 } },
      },
      { type: 'tool-output-available', toolCallId: 't1', output: ['a'] },
      { type: 'text-start', id: 'text-2' },
      { type: 'text-delta', id: 'text-2', delta: 'There.' },
      { type: 'text-end', id: 'text-2' },
    ]);
  });

  it.each<[string, readonly RunEvent[], readonly string[]]>([
    [
      'whose arguments are not shown have none',
      [
        { type: 'tool-call-start', toolCallId: 't', toolName: 'x' },
        { type: 'tool-call-end', toolCallId: 't' },
        { type: 'tool-result-end', toolCallId: 't' },
      ],
      ['tool-input-start t x', 'tool-input-available t x {}', 'tool-output-available t null'],
    ],
    [
      'whose arguments are no JSON say so',
      [
        { type: 'tool-call-start', toolCallId: 't', toolName: 'x' },
        { type: 'tool-call-delta', toolCallId: 't', delta: '{"a' },
        { type: 'tool-call-end', toolCallId: 't' },
      ],
      [
        'tool-input-start t x',
        'tool-input-delta t {"a',
        'tool-input-error t x the arguments are no JSON "{\\"a"',
      ],
    ],
    [
      'whose arguments come whole need no end',
      [{ type: 'tool-call-start', toolCallId: 't', toolName: 'x', input: { a: 1 } }],
      ['tool-input-start t x', 'tool-input-available t x {"a":1}'],
    ],
    [
      'which never started start with their result',
      [{ type: 'tool-result-end', toolCallId: 't', result: 0 }],
      ['tool-input-start t tool', 'tool-input-available t tool {}', 'tool-output-available t 0'],
    ],
    [
      'whose result comes in pieces tell it at its end',
      [
        { type: 'tool-result-delta', toolCallId: 't', delta: 'o' },
        { type: 'tool-result-delta', toolCallId: 't', delta: 'k' },
        { type: 'tool-result-end', toolCallId: 't' },
        { type: 'tool-result-end', toolCallId: 't' },
      ],
      ['tool-input-start t tool', 'tool-input-available t tool {}', 'tool-output-available t "ok"'],
    ],
    [
      'that came to nothing say why',
      [{ type: 'tool-result-end', toolCallId: 't', result: { error: 'no such file' } }],
      [
        'tool-input-start t tool',
        'tool-input-available t tool {}',
        'tool-output-error t no such file',
      ],
    ],
    [
      'that begin anew begin anew',
      [
        { type: 'tool-call-start', toolCallId: 't', toolName: 'x', input: [1] },
        { type: 'tool-result-end', toolCallId: 't', result: 1 },
        { type: 'tool-call-start', toolCallId: 't', toolName: 'y', input: [2] },
        { type: 'tool-result-end', toolCallId: 't', result: 2 },
      ],
      [
        'tool-input-start t x',
        'tool-input-available t x [1]',
        'tool-output-available t 1',
        'tool-input-start t y',
        'tool-input-available t y [2]',
        'tool-output-available t 2',
      ],
    ],
    [
      'for questions are not told: the question is',
      [
        { type: 'tool-call-start', toolCallId: 't', toolName: 'AskUserQuestion', input: { a: 1 } },
        { type: 'tool-result-end', toolCallId: 't', result: 1 },
      ],
      [],
    ],
  ])('%s', async (_, events, lines) => {
    expect(await body([...events, done])).toEqual(lines);
  });
});

describe('what else is told', () => {
  it.each<[RunEvent, string]>([
    [
      { type: 'todo-update', todos: [{ content: 'a' }] },
      'data-todo todo {"todos":[{"content":"a"}]}',
    ],
    [{ type: 'run_metrics', execution_time_ms: 7 }, 'data-metrics metrics {"execution_time_ms":7}'],
    [
      { type: 'sandbox_metrics', sandbox_execution_time_ms: 7 },
      'data-sandbox-metrics sandbox-metrics {"sandbox_execution_time_ms":7}',
    ],
    [
      { type: 'metadata', payload: { usage: { total_tokens: 7 } } },
      'data-usage usage {"total_tokens":7}',
    ],
    [
      { type: 'sandbox-connecting', message: 'soon' },
      'data-sandbox {"state":"connecting","message":"soon"}',
    ],
    [
      { type: 'source-url', url: 'https://a.test', title: 'A' } as RunEvent,
      'source-url source-1 https://a.test',
    ],
    [{ type: 'rate_limit', wait: 5 } as RunEvent, 'data-notice {"type":"rate_limit","wait":5}'],
  ])('%j', async (event, expected) => {
    expect(await body([event, done])).toEqual([expected]);
  });

  it.each<RunEvent>([
    { type: 'ping' },
    { type: 'message-start', messageId: 'm' },
    { type: 'metadata', payload: { run_id: 1 } },
    { type: 'unknown', name: 'x', raw: { type: 'x', subtype: 'init' } },
    { type: 'source-url' },
  ])('is not %j', async (event) => {
    expect(await body([event, done])).toEqual([]);
  });
});

describe('people', () => {
  const call: readonly RunEvent[] = [
    { type: 'tool-call-start', toolCallId: 't1', toolName: 'mail_send', input: { to: 'ada' } },
  ];
  const approvalOf = (toolCallId: string) => `tool-approval-request r1 ${toolCallId}`;

  it('are asked on the call that asks, by its name for people; then the segment ends', async () => {
    const all = await told([...call, asking(request({ consequence: 'Ada gets mail' }))]);
    expect(all.slice(4)).toEqual([
      {
        ...{ type: 'tool-input-available', toolCallId: 't1', toolName: 'mail_send' },
        ...{ title: 'Send mail', dynamic: true, providerExecuted: true },
        input: expect.anything() as unknown,
      },
      {
        ...{ type: 'tool-approval-request', approvalId: 'r1', toolCallId: 't1' },
        reason: 'Ada gets mail',
        approvalDescriptor: expect.objectContaining({
          display_name: 'Send mail',
          consequence: 'Ada gets mail',
        }) as unknown,
      },
      { type: 'finish-step' },
      { type: 'finish', finishReason: 'tool-calls' },
    ]);
  });

  it.each<[string, readonly RunEvent[], object, readonly string[]]>([
    ['on a call that was never told', [], {}, [approvalOf('t1')]],
    [
      'on one of its own where it names none',
      call,
      { tool_use_id: undefined },
      ['finish-step', 'start-step', approvalOf('r1')],
    ],
    [
      'on one of its own where another is under way, whose end its reader would wait for',
      [...call, { type: 'tool-call-start', toolCallId: 't0', toolName: 'search' }],
      {},
      ['finish-step', 'start-step', approvalOf('r1')],
    ],
  ])('are asked %s', async (_, events, more, expected) => {
    const all = (await told([...events, asking(request(more))])).slice(2, -2).map(line);
    const kept = all
      .filter((one) => /^(tool-approval|finish-step|start-step)/.test(one))
      .map((one) => one.split(' ').slice(0, 3).join(' '));
    expect(kept).toEqual(expected);
  });

  it('are asked a question by a tool of the page', async () => {
    const question = aQuestion('Which?', ['a', 'b'], { request_id: 'r1' });
    const all = await told([asking(question)]);
    expect(all.slice(2, -2)).toEqual([
      expect.objectContaining({
        ...{ type: 'tool-input-available', toolCallId: 'r1', toolName: 'ask' },
        providerExecuted: false,
        input: { questions: question.tool_input!['questions'] },
      }),
    ]);
  });

  it('are asked for a plan by one that may be approved', async () => {
    const plan = aPlan('1. Do it', { request_id: 'r1' });
    const all = await told([asking(plan)]);
    expect(all.slice(2, -2)).toEqual([
      expect.objectContaining({ toolName: 'ask', input: { plan: '1. Do it' } }),
      expect.objectContaining({
        type: 'tool-approval-request',
        approvalId: 'r1',
        toolCallId: 'r1',
      }),
    ]);
  });
});

describe('what was asked and decided before', () => {
  const past = (payload: object, status: string): readonly RunEvent[] => [
    { type: 'permission_request', request_id: 'r1', payload: { ...payload, request_id: 'r1' } },
    { type: 'awaiting_approval', payload: { request_ids: ['r1'] } },
    { type: 'permission_resolved', request_id: 'r1', payload: { request_id: 'r1', status } },
  ];
  const mail = { tool_name: 'mail', tool_use_id: 't1', display_name: 'Send mail', prose: null };
  const which = {
    tool_name: 'AskUserQuestion',
    tool_input: { questions: [{ question: 'Which?' }] },
  };

  it.each<[string, object, string, readonly string[]]>([
    [
      'a tool that was allowed',
      mail,
      'allowed',
      [
        'tool-input-available t1 mail {}',
        'tool-approval-request r1 t1',
        'tool-approval-response r1',
        'finish-step',
        'start-step',
        'tool-output-available t1 null',
      ],
    ],
    [
      'one that was denied',
      mail,
      'denied',
      [
        'tool-input-available t1 mail {}',
        'tool-approval-request r1 t1',
        'tool-approval-response r1',
        'tool-output-denied t1',
        'finish-step',
        'start-step',
      ],
    ],
    [
      'a question',
      which,
      'answered',
      [
        'tool-input-available r1 ask {"questions":[{"question":"Which?"}]}',
        'tool-output-available r1 "answered"',
        'finish-step',
        'start-step',
      ],
    ],
    ['what nothing is known of', {}, 'allowed', []],
    ['what is told in another way than it should be', { ...mail, display_name: [] }, 'allowed', []],
  ])('is told as a step that is over: %s', async (_, payload, status, expected) => {
    expect(await body([...past(payload, status), done])).toEqual(expected);
  });

  it('ends the text before it', async () => {
    const events = [...run().text('May I?').events().slice(0, -1), ...past(mail, 'allowed'), done];
    const types = (await told(events)).map(({ type }) => type);
    expect(types.indexOf('text-end')).toBeLessThan(types.indexOf('tool-input-available'));
  });
});

describe('a message that goes on', () => {
  const asked: RunEvent = { type: 'permission_request', request_id: 'r1', payload: {} };
  const before: readonly RunEvent[] = [
    ...run().text('Before.').events(),
    { type: 'tool-call-start', toolCallId: 't1', toolName: 'mail_send', input: { to: 'ada' } },
    asked,
  ];
  const known = (more: Partial<Known> = {}): Known => ({
    calls: ['t1'],
    requests: [{ request_id: 'r1', toolCallId: 't1', kind: 'tool', said: 'allowed' }],
    behind: ['r1'],
    decided: [{ request_id: 'r1', how: 'allowed' }],
    isPartial: false,
    ...more,
  });
  const resolved = (status: string): RunEvent => ({
    type: 'permission_resolved',
    request_id: 'r1',
    payload: { request_id: 'r1', status },
  });
  const result: RunEvent = { type: 'tool-result-end', toolCallId: 't1', result: 'sent' };

  it('tells what follows what was asked, in a step of its own', async () => {
    const after = [resolved('allowed'), result, ...run().text('After.').events(), done];
    const all = await told([...before, ...after], known());
    expect(all.slice(0, 2)).toEqual([
      { type: 'start', messageId: '123.1', messageMetadata: { run_id: 123 } },
      { type: 'start-step' },
    ]);
    expect(all.slice(2, -2).map(line)).toEqual([
      'tool-output-available t1 "sent"',
      'text-start text-2',
      'text-delta text-2 After.',
      'text-end text-2',
    ]);
  });

  it('tells again what its reader has a part of', async () => {
    expect((await told([...before, done], known({ isPartial: true })))[1]).toEqual({
      type: 'reset-step',
    });
  });

  it.each([
    ['once', [resolved('denied')]],
    ['without being told so by the run', []],
  ])('says what was denied, %s, and not what the run made of it', async (_, events) => {
    const denied = known({
      requests: [{ request_id: 'r1', toolCallId: 't1', kind: 'tool', said: 'denied' }],
      decided: [{ request_id: 'r1', how: 'denied' }],
    });
    expect(await body([...before, ...events, result, done], denied)).toEqual([
      'tool-output-denied t1',
    ]);
  });

  it.each([
    ['allowed', 'denied', ['tool-approval-response r1', 'tool-output-denied t1']],
    ['denied', 'allowed', ['tool-approval-response r1', 'tool-output-available t1 "sent"']],
  ])('says the truth where somebody said %s and it was %s', async (said, how, expected) => {
    const other = known({
      requests: [{ request_id: 'r1', toolCallId: 't1', kind: 'tool', said }],
      decided: [{ request_id: 'r1', how }],
    });
    expect(await body([...before, resolved(how), result, done], other)).toEqual(expected);
  });

  it('closes what was allowed and never told to its end', async () => {
    expect(await body([...before, resolved('allowed'), done], known())).toEqual([
      'tool-output-available t1 null',
    ]);
  });

  it('tells of calls that its reader has not, and nothing of those it has', async () => {
    const more: readonly RunEvent[] = [
      { type: 'tool-call-delta', toolCallId: 't1', delta: 'late' },
      { type: 'tool-call-end', toolCallId: 't1' },
      result,
    ];
    expect(await body([...before, ...more, done], known())).toEqual([
      'tool-output-available t1 "sent"',
    ]);
    expect(
      await body([...before, ...more, done], known({ calls: [], requests: [], decided: [] })),
    ).toEqual([
      'tool-input-start t1 mail_send',
      'tool-input-delta t1 late',
      'tool-input-error t1 mail_send the arguments are no JSON "late"',
      'tool-output-available t1 "sent"',
    ]);
  });

  it.each<[string, readonly (RunEvent | Asking)[]]>([
    ['ended', [done]],
    ['asks something else', [asking(request({ request_id: 'r9' }))]],
  ])('is an error where the run never asked that, and %s', async (_, events) => {
    expect((await told(events, known())).slice(2).map(line)).toEqual([
      'finish-step',
      expect.stringMatching(/^error the run has moved on/),
      'finish error',
    ]);
  });
});

describe('any events', () => {
  const ids = ['t1', 't2', '', '__proto__'];
  const anyStep: fc.Arbitrary<RunEvent> = fc.oneof(
    { weight: 3, arbitrary: anyEvent as unknown as fc.Arbitrary<RunEvent> },
    fc
      .tuple(anyEvent, fc.constantFrom(...ids))
      .map(
        ([event, toolCallId]) =>
          ('toolCallId' in event || event.type.startsWith('tool')
            ? { ...event, toolCallId }
            : { ...event, id: toolCallId }) as unknown as RunEvent,
      ),
  );
  const anyRequest = fc
    .record({
      request_id: fc.constantFrom('r1', 'r2', 'constructor'),
      tool_use_id: fc.constantFrom(undefined, ...ids),
      tool_name: fc.constantFrom(undefined, 'mail', 'AskUserQuestion'),
      display_name: fc.option(fc.string(), { nil: undefined }),
      tool_input: fc.constantFrom(
        undefined,
        {},
        { questions: [{ question: 'q', header: 'Plan Approval' }] },
      ),
    })
    .map((given) => given as unknown as PermissionRequest);
  const anyRequests = fc.uniqueArray(anyRequest, {
    minLength: 1,
    selector: ({ request_id }) => request_id,
  });
  const anyEnd: fc.Arbitrary<readonly (RunEvent | Asking)[]> = fc.oneof(
    fc.constant([done]),
    fc.constant([]),
    anyRequests.map((all) => [asking(...all)]),
  );

  it('are chunks that the real client reads, to an end', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyStep, { maxLength: 30 }), anyEnd, async (events, end) => {
        const all = await told([...events, ...end]);
        const wire = all.map(written).join('') + DONE;
        const read = await parsed(wire);
        expect(read).toHaveLength(all.length);
        expect(all.at(-1)!.type).toMatch(/^(finish|abort)$/);
        const message = await messageOf(read);
        for (const part of message.parts) {
          if (part.type === 'text' || part.type === 'reasoning') expect(part.state).toBe('done');
        }
      }),
      { numRuns: 60 },
    );
  });

  it('go on behind what its reader has', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyStep, { maxLength: 20 }),
        anyRequests,
        fc.array(anyStep, { maxLength: 20 }),
        anyEnd,
        fc.constantFrom('allowed', 'denied', 'answered', 'elsewhere', 'cancelled'),
        async (events, requests, more, end, how) => {
          const requested = requests.map(({ request_id }): RunEvent => ({
            type: 'permission_request',
            request_id,
          }));
          const first = await told([...events, ...requested, asking(...requests)]);
          const before = await messageOf(await parsed(first.map(written).join('')));
          const tools = before.parts.filter((part) => part.type === 'dynamic-tool');
          const known: Known = {
            calls: tools.map(({ toolCallId }) => toolCallId),
            requests: requests.flatMap(({ request_id }) => {
              const part = tools.find(
                ({ approval, toolCallId }) =>
                  approval?.id === request_id || toolCallId === request_id,
              );
              if (part === undefined) return [];
              const kind = part.approval === undefined ? 'question' : 'tool';
              return [{ request_id, toolCallId: part.toolCallId, kind, said: 'allowed' } as const];
            }),
            behind: requests.map(({ request_id }) => request_id),
            decided: requests.map(({ request_id }) => ({ request_id, how })),
            isPartial: false,
          };
          const next = await told([...events, ...requested, ...more, ...end], known);
          const had = before.parts.length; // the client writes on in the very message
          const message = await messageOf(await parsed(next.map(written).join('')), before);
          expect(message.parts.length).toBeGreaterThanOrEqual(had);
        },
      ),
      { numRuns: 60 },
    );
  });
});
