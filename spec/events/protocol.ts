import fc from 'fast-check';

/** What the contract lets a field hold; written from the contract, never from the code. */
export interface Field {
  /** What a missing one becomes; a field without this stays away. */
  readonly absent?: unknown;
  readonly fits: readonly unknown[];
  /** A value of the wrong type, and what is said of it after the field's name. */
  readonly breaks: readonly (readonly [value: unknown, problem: string])[];
  readonly holds: (value: unknown) => boolean;
  readonly any: fc.Arbitrary<unknown>;
}

export type Rows = { readonly [type: string]: { readonly [field: string]: Field } };

const isText = (value: unknown): value is string => typeof value === 'string';
const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const json = fc.jsonValue({ maxDepth: 2 });
const objects = fc.dictionary(fc.string(), json);

const text: Field = {
  fits: ['', 'x', '0', ' \r\n', '\u2028\u2029\u0085', '\ud83d\ude00', '\ud800', '\udc00x', 'null'],
  breaks: [0, 5, true, false, {}, [], ['x']].map((value) => [value, ': expected string']),
  holds: isText,
  any: fc.string({ unit: 'binary' }),
};
const words: Field = { ...text, absent: '' };
const errorText: Field = {
  ...text,
  absent: 'Unknown error',
  // An object is shown, see failure.spec.ts.
  breaks: [0, 5, true, false].map((value) => [value, ': expected string']),
};
const number: Field = {
  fits: [0, 1, -3, 0.25, 1e21, 2 ** 53],
  breaks: ['', '5', true, false, {}, [], [5]].map((value) => [value, ': expected number']),
  holds: (value) => typeof value === 'number',
  any: fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true })),
};
const money: Field = {
  fits: [0, 0.25, '0.25', '1e-7'],
  breaks: [true, {}, [], [5]].map((value) => [value, ': expected number or decimal text']),
  holds: (value) => isText(value) || typeof value === 'number',
  any: fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.string()),
};
const texts: Field = {
  fits: [[], ['tc_1'], ['', 'tc_2']],
  breaks: [
    ['tc_1', ': expected Array<string>'],
    [{ 0: 'tc_1' }, ': expected Array<string>'],
    [[5], '.0: expected string'],
    [['tc_1', null], '.1: expected string'],
  ],
  holds: (value) => Array.isArray(value) && value.every(isText),
  any: fc.array(fc.string()),
};
const todos: Field = {
  absent: [],
  fits: [[], [{}], [{ content: 'Find the tickets', status: 'pending', é: null }, { a: [{}] }]],
  breaks: [
    ['x', ': expected ReadonlyArray<object>'],
    [{}, ': expected ReadonlyArray<object>'],
    [[{}, 'x'], '.1: expected object'],
    [[null], '.0: expected object'],
    [[[]], '.0: expected object'],
  ],
  holds: (value) => Array.isArray(value) && value.every(isObject),
  any: fc.array(objects),
};
const object: Field = {
  fits: [{}, { a: 1 }, { a: { b: [null] } }],
  breaks: ['x', '', 5, true, [], [{}]].map((value) => [value, ': expected object']),
  holds: isObject,
  any: objects,
};
/** Any JSON; null is absent. */
const anything: Field = {
  fits: [0, false, '', [], {}, 'x', 5, true, [null], { a: null }],
  breaks: [],
  holds: (value) => value !== undefined && value !== null,
  any: json.filter((value) => value !== null),
};
const payload: Field = {
  fits: [{}, { run_id: 123 }, { run_id: 0, usage: {}, more: [null] }, { usage: { a: 1 } }],
  breaks: [
    ['x', ': expected object'],
    [5, ': expected object'],
    [[], ': expected object'],
    [{ run_id: '123' }, '.run_id: expected number'],
    [{ usage: [] }, '.usage: expected object'],
    [{ usage: 5 }, '.usage: expected object'],
  ],
  holds: (value) => {
    if (!isObject(value)) return false;
    const { run_id: id, usage } = value as Record<string, unknown>;
    return (id === undefined || typeof id === 'number') && (usage === undefined || isObject(usage));
  },
  any: fc.record({ run_id: fc.integer(), usage: objects, more: json }, { requiredKeys: [] }),
};

const ending = { stop_reason: text, completion_state: text, unresolved_tool_use_ids: texts };
const failed = { error: errorText, error_code: text };
const asked = { request_id: text, payload: object };
const bound = { id: text };
const call = { toolCallId: text };
const piece = { toolCallId: text, delta: words };

/** The tables of the contract, family by family. [wire §3] */
export const protocol = {
  text: { 'text-start': bound, 'text-delta': { delta: words, id: text }, 'text-end': bound },
  thinking: {
    'reasoning-start': bound,
    'reasoning-delta': { delta: words, id: text },
    'reasoning-end': bound,
    'thinking-start': bound,
    'thinking-delta': { delta: words, id: text },
    'thinking-end': bound,
  },
  plan: { 'plan-start': bound, 'plan-delta': { delta: words, id: text }, 'plan-end': bound },
  tools: {
    'tool-call-start': { toolCallId: text, toolName: text, input: anything },
    'tool-call-delta': piece,
    'tool-call-end': call,
    'tool-result-start': call,
    'tool-result-delta': piece,
    'tool-result-end': { toolCallId: text, result: anything },
    'todo-update': { toolCallId: text, todos },
  },
  message: {
    'message-start': { messageId: text },
    'message-delta': {},
    'message-end': { messageId: text },
    'source-url': {},
    'source-document': {},
  },
  run: {
    metadata: { payload },
    run_metrics: {
      execution_time_ms: number,
      input_tokens_used: number,
      output_tokens_used: number,
      claude_token_cost_usd: money,
      ...ending,
    },
    done: ending,
    cancelled: ending,
  },
  sandbox: {
    'sandbox-connecting': { message: text },
    'sandbox-connected': { sandbox_id: text, duration_ms: number, message: text },
    sandbox_metrics: { sandbox_execution_time_ms: number },
  },
  permission: {
    permission_request: asked,
    permission_resolved: asked,
    awaiting_approval: asked,
  },
  failure: {
    error: failed,
    sdk_error: failed,
    AGENT_RUNNER_DIED: failed,
    RUNNER_LIFECYCLE_ERROR: failed,
    SANDBOX_BOOT_TIMEOUT: failed,
    SANDBOX_QUOTA_EXHAUSTED: failed,
    SANDBOX_UNAVAILABLE: failed,
    SNAPSHOT_VERSION_MISMATCH: failed,
  },
  notice: {
    mcp_error: {},
    mcp_auth_failed: {},
    rate_limit: {},
    'desktop-ready': {},
    task_notification: {},
    thinking: {},
    reasoning: {},
    plan_delta: {},
  },
  infrastructure: {
    RUNNER_DIAG: {},
    message_snapshot: {},
    system_message: {},
    sdk_init: {},
    sdk_success: {},
    sdk_content_snapshot: {},
    'keep-alive': {},
    ping: {},
    stderr: {},
    user_message: {},
    compact_boundary: {},
    conversation_reset: {},
    permission_auto_allowed: {},
    task_started: {},
    task_progress: {},
  },
} satisfies { readonly [family: string]: Rows };
