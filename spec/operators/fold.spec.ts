import fc from 'fast-check';
import type { RunEvent } from '../../lib/events/RunEvent';
import { decode } from '../../lib/events/decode';
import { fold } from '../../lib/operators/fold';
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
    expect(resultOf(...sample.map(decode))).toEqual({
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
          result: '...',
          todos: [],
          completed: true,
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
        { type: 'plan-start' },
        { type: 'plan-delta', delta: '2' },
      ),
    ).toMatchObject({ reasoning: 'a\nb', plan: '1\n2', text: '' });
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
        { type: 'error', error: 'one' },
        { type: 'mcp_error' },
        { type: 'sdk_error', error: 'two' },
      ),
    ).toMatchObject({ errors: ['one', 'two'], status: 'failed', error_code: 'sdk_error' });
  });

  it('counts what it did not understand, housekeeping aside', () => {
    expect(
      resultOf(
        decode('{"type":"text-delta","delta":1}'),
        decode('nonsense'),
        decode('{"type":"of-tomorrow"}'),
        decode('{"type":"system","subtype":"init"}'),
        decode('{"type":"ping"}'),
      ),
    ).toMatchObject({ malformed: 2, unknown: 1 });
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
      errors: ['no'],
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
        for (const { toolCallId, completed } of result.toolCalls)
          expect(completed).toBe(
            run.some(
              (event) =>
                event.type === 'tool-result-end' && (event.toolCallId ?? '') === toolCallId,
            ),
          );
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
