import { inspect } from 'node:util';
import fc from 'fast-check';
import type { RunEvent } from '../../lib/events/RunEvent';
import { decodeEvent } from '../../lib/events/decode';
import { fold } from '../../lib/operators/fold';
import type { RunFailure, RunResult } from '../../lib/operators/RunResult';
import { events, nothing, resultOf, torn } from './runs';

const text = (delta: string): RunEvent => ({ type: 'text-delta', delta });

describe('fold', () => {
  it('of nothing is an empty result', () => {
    expect(resultOf()).toEqual(nothing);
  });

  it('puts the documented sample together', () => {
    const sample = [
      '{"type": "metadata", "payload": {"run_id": 123}}',
      '{"type": "text-delta", "delta": "Here are "}',
      '{"type": "text-delta", "delta": "the open tickets..."}',
      '{"type": "tool-call-start", "toolName": "gmail_search", "toolCallId": "tc_1"}',
      '{"type": "tool-result-end", "toolCallId": "tc_1", "result": "..."}',
      '{"type": "done", "stop_reason": "end_turn"}',
    ];
    expect(resultOf(...sample.map(decodeEvent))).toEqual({
      ...nothing,
      run_id: 123,
      status: 'completed',
      text: 'Here are the open tickets...',
      output: 'Here are the open tickets...',
      toolCalls: [
        {
          toolCallId: 'tc_1',
          toolName: 'gmail_search',
          args: '',
          input: undefined,
          result: '...',
          todos: [],
          completed: true,
          missing: false,
        },
      ],
      stop_reason: 'end_turn',
    });
  });

  it('joins reasoning with thinking, and the plan by itself', () => {
    expect(
      resultOf(
        { type: 'reasoning-delta', delta: 'a' },
        { type: 'plan-delta', delta: '1' },
        { type: 'thinking-start' },
        { type: 'thinking-delta', delta: 'b' },
        { type: 'plan-end' },
        { type: 'thinking-end' },
        { type: 'reasoning-delta', delta: 'c\n' },
        { type: 'plan-delta', delta: '2' },
        { type: 'thinking-delta', delta: 'd' },
      ),
    ).toMatchObject({ reasoning: 'a\nb\nc\nd', plan: '1\n2', text: '' });
  });

  it('has the first run id and the last usage', () => {
    const metadata = (payload: object): RunEvent => ({ type: 'metadata', payload });
    expect(
      resultOf(
        metadata({}),
        metadata({ run_id: 7 }),
        metadata({ run_id: 8, usage: { input_tokens: 1 } }),
        metadata({ usage: { output_tokens: 2 } }),
        metadata({}),
      ),
    ).toMatchObject({ run_id: 7, usage: { output_tokens: 2 } });
  });

  it('merges the metrics', () => {
    expect(
      resultOf(
        { type: 'run_metrics', execution_time_ms: 1, input_tokens_used: 2 },
        { type: 'sandbox_metrics', sandbox_execution_time_ms: 3 },
        { type: 'run_metrics', execution_time_ms: 4 },
      ).metrics,
    ).toEqual({ execution_time_ms: 4, input_tokens_used: 2, sandbox_execution_time_ms: 3 });
  });

  it('has the errors of the run, terminal or not, in order', () => {
    expect(
      resultOf(
        { type: 'error', error: 'one', error_code: 'billing' },
        { type: 'mcp_error' },
        { type: 'sdk_error', error: 'two' },
      ),
    ).toMatchObject({
      errors: [
        { type: 'error', text: 'one', code: 'billing' },
        { type: 'sdk_error', text: 'two', code: undefined },
      ],
      status: 'failed',
      error_code: 'billing',
    });
  });

  it.each<[string, RunFailure]>([
    ['{"type":"error"}', { type: 'error', text: 'Unknown error', code: undefined }],
    ['{"type":"error","error":""}', { type: 'error', text: 'Unknown error', code: undefined }],
    [
      '{"type":"error","error":"","message":"no credit","error_code":"billing"}',
      { type: 'error', text: 'no credit', code: 'billing' },
    ],
    [
      '{"type":"error","error":{"message":"no credit"}}',
      { type: 'error', text: 'no credit', code: undefined },
    ],
    [
      '{"type":"SANDBOX_QUOTA_EXHAUSTED"}',
      { type: 'SANDBOX_QUOTA_EXHAUSTED', text: 'SANDBOX_QUOTA_EXHAUSTED', code: undefined },
    ],
    [
      '{"type":"AGENT_RUNNER_DIED","error":null,"error_code":"died"}',
      { type: 'AGENT_RUNNER_DIED', text: 'AGENT_RUNNER_DIED', code: 'died' },
    ],
    [
      '{"type":"SANDBOX_UNAVAILABLE","error":"","message":"try later"}',
      { type: 'SANDBOX_UNAVAILABLE', text: 'try later', code: undefined },
    ],
    ['{"type":"sdk_error","error":"no"}', { type: 'sdk_error', text: 'no', code: undefined }],
  ])('tells of %s', (frame, failure) => {
    expect(resultOf(decodeEvent(frame)).errors).toEqual([failure]);
  });

  it('tells of a failure that somebody made without a text, too', () => {
    const errors = (event: RunEvent) => resultOf(event).errors.map(({ text }) => text);
    expect(errors({ type: 'error', error: '' })).toEqual(['Unknown error']);
    expect(errors({ type: 'sdk_error', error: '' })).toEqual(['sdk_error']);
  });

  it('tells that a gap was filled from the record, and what was open then', () => {
    const start = (toolCallId: string): RunEvent => ({ type: 'tool-call-start', toolCallId });
    const end = (toolCallId: string): RunEvent => ({ type: 'tool-result-end', toolCallId });
    const gap: RunEvent = { type: 'settled' };
    const missing = ({ toolCalls }: RunResult) =>
      toolCalls.filter(({ missing }) => missing).map(({ toolCallId }) => toolCallId);
    const settled = resultOf(start('a'), end('a'), start('b'), start('c'), gap, { type: 'done' });
    expect(settled).toMatchObject({ settled: true, status: 'completed' });
    expect(missing(settled)).toEqual(['b', 'c']);
    expect(settled.toolCalls.map(({ completed }) => completed)).toEqual([true, false, false]);
    const later = resultOf(start('a'), gap, start('b'), end('a'));
    expect([missing(later), later.toolCalls[0]?.completed]).toEqual([[], true]);
    expect(missing(resultOf(start('a'), text('x')))).toEqual([]);
    expect(resultOf(text('x'), { type: 'done' }).settled).toBe(false);
  });

  it('does not change a result that was read before a gap', () => {
    const run = fold();
    run.add({ type: 'tool-call-start', toolCallId: 'a' });
    const before = run.result();
    run.add({ type: 'settled' });
    const after = run.result();
    expect([before.settled, before.toolCalls[0]?.missing]).toEqual([false, false]);
    expect([after.settled, after.toolCalls[0]?.missing]).toEqual([true, true]);
  });

  it('counts what it did not understand, housekeeping aside', () => {
    expect(
      resultOf(
        decodeEvent('{"type":"text-delta","delta":{}}'),
        decodeEvent('nonsense'),
        decodeEvent('{"type":"text-delta","delta":1}'),
        decodeEvent('{"type":"of-tomorrow"}'),
        decodeEvent('{"type":"system","subtype":"init"}'),
        decodeEvent('{"type":"ping"}'),
      ),
    ).toMatchObject({ malformed: 2, unknown: 1, text: '1' });
  });

  it('joins the turns of a history, and ends as the last one', () => {
    expect(
      resultOf(
        text('first'),
        { type: 'error', error: 'no' },
        { type: 'done', stop_reason: 'end_turn', completion_state: 'partial' },
        text(' second'),
        { type: 'done', stop_reason: 'max_tokens' },
        { type: 'run_metrics', execution_time_ms: 1 },
      ),
    ).toEqual({
      ...nothing,
      status: 'completed',
      text: 'first second',
      output: 'first second',
      errors: [{ type: 'error', text: 'no', code: undefined }],
      stop_reason: 'max_tokens',
      metrics: { execution_time_ms: 1 },
    });
  });

  it('does not mind how deltas are cut', () => {
    fc.assert(
      fc.property(events, fc.nat(), (run, at) => {
        expect(resultOf(...torn(run, at))).toEqual(resultOf(...run));
      }),
    );
  });

  it('says what a plain reading of the contract says', () => {
    fc.assert(
      fc.property(events, (run) => {
        const result = resultOf(...run);
        const of = (type: string, field: string) =>
          run.filter((event) => event.type === type).map((event) => Reflect.get(event, field));
        expect(result.text).toBe(of('text-delta', 'delta').join(''));
        expect(result.output).toBe(result.text);
        const told = run.filter(({ type }) => /^(reasoning|thinking)-delta$/.test(type));
        const words = told.map((event) => Reflect.get(event, 'delta') as string).join('');
        const unspaced = (text: string) => text.replaceAll('\n', '');
        expect(unspaced(result.reasoning)).toBe(unspaced(words));
        const seen = run
          .filter(({ type }) => /^tool-|^todo-/.test(type))
          .map((event) => Reflect.get(event, 'toolCallId') ?? '');
        expect(result.toolCalls.map(({ toolCallId }) => toolCallId)).toEqual([...new Set(seen)]);
        const failures = run.filter(({ type }) => /rror$|DIED$/.test(type) && type !== 'mcp_error');
        expect(result.errors.map(({ type }) => type)).toEqual(failures.map(({ type }) => type));
        expect(result.errors.every(({ text }) => text !== '')).toBe(true);
        expect(result.malformed).toBe(of('malformed', 'type').length);
      }),
    );
  });

  it('is the same value until something is said', () => {
    const { add, result } = fold();
    const first = result();
    add({ type: 'ping' });
    add({ type: 'message-end' });
    expect(result()).toBe(first);
    add(text('hi'));
    expect(result()).not.toBe(first);
    expect(first.text).toBe('');
  });
});

/** A run with something in each of its lists, as far as its events are told. */
const told: readonly RunEvent[] = [
  { type: 'tool-call-start', toolCallId: 'tc_1', toolName: 'search' },
  { type: 'tool-result-end', toolCallId: 'tc_1', result: 0 },
  { type: 'error', error: 'no' },
  text('hi'),
];
const plain: RunResult = {
  ...nothing,
  status: 'failed',
  text: 'hi',
  output: 'hi',
  toolCalls: [
    {
      toolCallId: 'tc_1',
      toolName: 'search',
      args: '',
      input: undefined,
      result: 0,
      todos: [],
      completed: true,
      missing: false,
    },
  ],
  errors: [{ type: 'error', text: 'no', code: undefined }],
};
const made = (): RunResult => {
  const { add, result } = fold();
  told.forEach(add);
  return result();
};

describe('a result of fold', () => {
  it('stays what it was, though its lists are read when the run has gone on', () => {
    const { add, result } = fold();
    const results = [result()];
    for (const event of told) {
      add(event);
      results.push(result());
    }
    add({ type: 'tool-call-start', toolCallId: 'tc_1' });
    add({ type: 'tool-call-start', toolCallId: 'tc_2' });
    add({ type: 'sdk_error', error: 'over' });
    expect(results.map(({ toolCalls }) => toolCalls.length)).toEqual([0, 1, 1, 1, 1]);
    expect(results.map(({ errors }) => errors.length)).toEqual([0, 0, 0, 1, 1]);
    expect(results.at(-1)).toEqual(plain);
    expect(results[1]!.toolCalls[0]).toMatchObject({ result: undefined, completed: false });
  });

  it('reads its lists once', () => {
    const result = made();
    expect(result.toolCalls).toBe(result.toolCalls);
    expect(result.errors).toBe(result.errors);
  });

  it('is equal to a plain object', () => {
    expect(made()).toEqual(plain);
    expect(plain).toEqual(made());
    expect(made()).toStrictEqual(plain);
    expect(made()).not.toEqual({ ...plain, toolCalls: [] });
    expect(Object.keys(made()).sort()).toEqual(Object.keys(plain).sort());
    expect(Object.getPrototypeOf(made())).toBe(Object.prototype);
  });

  it('is written, spread, cloned and frozen like one', () => {
    expect(JSON.parse(JSON.stringify(made()))).toEqual(JSON.parse(JSON.stringify(plain)));
    const { toolCalls, ...rest } = made();
    expect({ ...rest, toolCalls }).toEqual(plain);
    expect(structuredClone(made())).toEqual(plain);
    expect(Object.freeze(made())).toEqual(plain);
  });

  it('is shown like one', () => {
    expect(inspect(made())).not.toContain('Getter');
    expect(inspect(made(), { sorted: true, depth: 5 })).toBe(
      inspect(plain, { sorted: true, depth: 5 }),
    );
    expect(inspect({ result: made() }, { depth: 3 })).toContain("toolName: 'search'");
  });
});
