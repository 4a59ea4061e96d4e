import fc from 'fast-check';
import type { EventOf, EventType, RunEvent } from '../../lib/events/RunEvent';
import { deltaOf, withDelta } from '../../lib/events/kinds';
import { fold } from '../../lib/operators/fold';
import type { RunResult } from '../../lib/operators/RunResult';

/** What some events amount to, as a plain object. */
export const resultOf = (...events: readonly RunEvent[]): RunResult => {
  const run = fold();
  for (const event of events) run.add(event);
  return { ...run.result() };
};

/** What no events amount to. */
export const nothing: RunResult = {
  run_id: undefined,
  status: 'running',
  text: '',
  output: '',
  output_data: undefined,
  reasoning: '',
  plan: '',
  toolCalls: [],
  errors: [],
  error_code: undefined,
  usage: undefined,
  metrics: {},
  stop_reason: undefined,
  completion_state: undefined,
  unresolved_tool_use_ids: undefined,
  settled: false,
  malformed: 0,
  unknown: 0,
};

const words = fc.constantFrom('', 'a', 'bc', ' ', '\n', 'd\n', '\u{1f600}', 'x'.repeat(3000));
const ids = fc.constantFrom('a', 'b', '__proto__', 'constructor', '');
const results = fc.constantFrom<unknown>(0, false, '', [], {}, 'r', { r: [1] });

const of = <K extends EventType>(
  types: readonly K[],
  fields: { readonly [name: string]: fc.Arbitrary<unknown> },
  optional: { readonly [name: string]: fc.Arbitrary<unknown> } = {},
) =>
  fc
    .constantFrom(...types)
    .chain((type) =>
      fc
        .record({ ...fields, ...optional }, { requiredKeys: Object.keys(fields) })
        .map((rest) => ({ type, ...rest }) as unknown as EventOf<K>),
    );

/** Any event that a result takes notice of, and some that it does not. */
export const event: fc.Arbitrary<RunEvent> = fc.oneof(
  of(
    ['text-delta', 'reasoning-delta', 'thinking-delta', 'plan-delta'],
    { delta: words },
    { id: ids },
  ),
  of(['text-start', 'reasoning-start', 'thinking-start', 'plan-start'], {}, { id: ids }),
  of(['text-end', 'reasoning-end', 'thinking-end', 'plan-end'], {}, { id: ids }),
  of(['tool-call-start'], {}, { toolCallId: ids, toolName: words, input: results }),
  of(['tool-call-delta', 'tool-result-delta'], { delta: words }, { toolCallId: ids }),
  of(['tool-call-end', 'tool-result-start'], {}, { toolCallId: ids }),
  of(['tool-result-end'], {}, { toolCallId: ids, result: results }),
  of(['todo-update'], { todos: fc.constantFrom([], [{ content: 'sort' }]) }, { toolCallId: ids }),
  of(['error', 'sdk_error', 'AGENT_RUNNER_DIED'], { error: words }, { error_code: words }),
  of(['done', 'cancelled'], {}, { stop_reason: words }),
  of(['run_metrics'], {}, { execution_time_ms: fc.nat(), stop_reason: words }),
  of(['sandbox_metrics'], {}, { sandbox_execution_time_ms: fc.nat() }),
  of(['metadata'], { payload: fc.constantFrom({}, { run_id: 7 }, { run_id: 8, usage: { a: 1 } }) }),
  of(['settled'], {}),
  of(['keep-alive', 'mcp_error', 'message-start', 'message-end'], {}),
  of(['malformed'], { data: words, problems: fc.constant(['the whole: expected JSON']) }),
  of(['unknown'], { name: words, raw: fc.constantFrom({}, { subtype: 'init' }) }),
);

/** The events of a run, in no sensible order. */
export const events: fc.Arbitrary<readonly RunEvent[]> = fc.array(event, { maxLength: 40 });

/** The same run with each delta in two pieces, as another connection might have sent it. */
export const torn = (whole: readonly RunEvent[], at: number): readonly RunEvent[] =>
  whole.flatMap((event): readonly RunEvent[] => {
    const delta = deltaOf(event);
    if (delta === undefined) return [event];
    const middle = at % (delta.length + 1);
    return [withDelta(event, delta.slice(0, middle)), withDelta(event, delta.slice(middle))];
  });
