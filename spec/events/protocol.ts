import fc from 'fast-check';
import { anyText } from '../helpers/anyText';

/** What the contract lets a field hold; written from the contract, never from the code. */
export interface Field {
  /** What a missing one becomes; a field without this stays away. */
  readonly absent?: unknown;
  readonly fits: readonly unknown[];
  /** A value of a wrong type, and what it becomes; with no second value it counts as absent. */
  readonly mends: readonly (readonly [value: unknown, becomes?: unknown])[];
  /** What cannot be mended and must be said: only a delta's text has that. */
  readonly refuses?: readonly unknown[];
  readonly holds: (value: unknown) => boolean;
  readonly any: fc.Arbitrary<unknown>;
}

/**
 * What an event does. One that neither begins a turn, nor belongs to one that goes on, nor ends it
 * may follow an ending and does not take it back.
 */
export type Does =
  | 'delta'
  | 'tool'
  | 'asks'
  | 'fails'
  | 'state'
  | 'remark'
  | 'housekeeping'
  | 'begins'
  | 'goes on'
  | 'ends';

export interface Row {
  readonly fields: { readonly [field: string]: Field };
  readonly does: readonly Does[];
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const json = fc.jsonValue({ maxDepth: 2 });
const objects = fc.dictionary(fc.string(), json);

const text: Field = {
  fits: ['', 'x', '0', ' \r\n', '\u2028\u2029\u0085', '\ud83d\ude00', '\ud800', '\udc00x', 'null'],
  // An id may come as a number, and is text here.
  mends: [
    [0, '0'],
    [7, '7'],
    [-1.5, '-1.5'],
    [true, 'true'],
    [false, 'false'],
    [{}],
    [[]],
    [['x']],
  ],
  holds: isText,
  any: anyText,
};
const words: Field = {
  ...text,
  absent: '',
  mends: [
    [0, '0'],
    [7, '7'],
    [true, 'true'],
    [false, 'false'],
  ],
  refuses: [{}, { text: 'x' }, [], ['x']],
};
const errorText: Field = {
  ...text,
  absent: 'Unknown error',
  // An error of any kind has a text. An empty one says nothing, see canonical.spec.ts.
  mends: [
    [0, '0'],
    [false, 'false'],
    [[], '[]'],
    [{}, '{}'],
    [{ message: 'x' }, 'x'],
    [{ message: '' }, '{"message":""}'],
    [[{ message: 'x' }], '[{"message":"x"}]'],
  ],
};
const number: Field = {
  fits: [0, 1, -3, 0.25, 1e21, 2 ** 53],
  mends: [
    ['42', 42],
    ['0', 0],
    ['-3', -3],
    ['0042', 42],
    ['9007199254740991', 9007199254740991],
    // Read as a number, this one is its neighbour.
    ['9007199254740993'],
    ...[
      '',
      ' ',
      '5.5',
      ' 5',
      '5\n',
      '1e3',
      '0x10',
      '+5',
      '--5',
      '-',
      '٣',
      'x',
      '9'.repeat(400),
    ].map((value): [string] => [value]),
    [true],
    [{}],
    [[]],
    [[5]],
  ],
  holds: (value) => typeof value === 'number',
  any: fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true })),
};
const money: Field = {
  fits: [0, 0.25, '0.25', '1e-7'],
  mends: [[{}], [[]], [[5]]],
  holds: (value) => isText(value) || typeof value === 'number',
  any: fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.string()),
};
const texts: Field = {
  fits: [[], ['tc_1'], ['', 'tc_2']],
  mends: [
    ['tc_1'],
    [5],
    [{ 0: 'tc_1', length: 1 }],
    [[5], ['5']],
    [
      ['a', null, {}, true, [], ['b'], 'c'],
      ['a', 'true', 'c'],
    ],
    [[null], []],
  ],
  holds: (value) => Array.isArray(value) && value.every(isText),
  any: fc.array(fc.string()),
};
const todos: Field = {
  absent: [],
  fits: [[], [{}], [{ content: 'Find the tickets', status: 'pending', é: null }, { a: [{}] }]],
  mends: [
    ['x'],
    [5],
    [true],
    [{}],
    [{ 0: {}, length: 1 }],
    [
      [{ a: 1 }, 'x', null, 5, [], [{}], { b: null }],
      [{ a: 1 }, { b: null }],
    ],
    [['x'], []],
  ],
  holds: (value) => Array.isArray(value) && value.every(isObject),
  any: fc.array(objects),
};
const object: Field = {
  fits: [{}, { a: 1 }, { a: { b: [null] } }],
  mends: [['x'], [''], [5], [true], [[]], [[{}]]],
  holds: isObject,
  any: objects,
};
/** Any JSON; null is absent. */
const anything: Field = {
  fits: [0, false, '', [], {}, 'x', 5, true, [null], { a: null }],
  mends: [],
  holds: (value) => value !== undefined && value !== null,
  any: json.filter((value) => value !== null),
};
const payload: Field = {
  absent: {}, // where nothing stands beside it, see canonical.spec.ts
  fits: [{}, { run_id: 123 }, { run_id: 0, usage: {}, more: [null] }, { usage: { a: 1 } }],
  mends: [
    ['x'],
    [5],
    [true],
    [[]],
    [[{ run_id: 5 }]],
    [{ run_id: '42' }, { run_id: 42 }],
    [{ run_id: null, usage: null, more: null }, { more: null }],
    [{ run_id: 'run_42', usage: { a: null } }, { usage: { a: null } }],
    [{ run_id: 5, usage: [] }, { run_id: 5 }],
    [{ run_id: [], usage: 5, more: {} }, { more: {} }],
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
const piece = { delta: words, id: text };
const call = { toolCallId: text };
const callPiece = { toolCallId: text, delta: words };
const message = { messageId: text };

const row = <const F extends Row['fields'], const D extends readonly Does[]>(
  fields: F,
  ...does: D
): { readonly fields: F; readonly does: D } => ({ fields, does });

/** The tables of the contract. [wire §3] */
export const protocol = {
  'text-start': row(bound, 'begins'),
  'text-delta': row(piece, 'delta', 'begins'),
  'text-end': row(bound),

  'reasoning-start': row(bound, 'begins'),
  'reasoning-delta': row(piece, 'delta', 'begins'),
  'reasoning-end': row(bound),
  'thinking-start': row(bound, 'begins'),
  'thinking-delta': row(piece, 'delta', 'begins'),
  'thinking-end': row(bound),
  'plan-start': row(bound, 'begins'),
  'plan-delta': row(piece, 'delta', 'begins'),
  'plan-end': row(bound),

  // A call may come late from a turn that failed; only its start is a next turn for certain.
  'tool-call-start': row({ toolCallId: text, toolName: text, input: anything }, 'tool', 'begins'),
  'tool-call-delta': row(callPiece, 'delta', 'tool', 'goes on'),
  'tool-call-end': row(call, 'tool', 'goes on'),
  'tool-result-start': row(call, 'tool'),
  'tool-result-delta': row(callPiece, 'delta', 'tool'),
  'tool-result-end': row({ toolCallId: text, result: anything }, 'tool'),
  'todo-update': row({ toolCallId: text, todos }, 'tool', 'state'),

  'message-start': row(message, 'begins'),
  'message-delta': row({}, 'goes on'),
  'message-end': row(message),
  'source-url': row({}),
  'source-document': row({}),

  metadata: row({ payload }, 'state', 'goes on'),
  run_metrics: row(
    {
      execution_time_ms: number,
      input_tokens_used: number,
      output_tokens_used: number,
      claude_token_cost_usd: money,
      ...ending,
    },
    'state',
  ),
  sandbox_metrics: row({ sandbox_execution_time_ms: number }, 'state'),
  'sandbox-connecting': row({ message: text }, 'goes on'),
  'sandbox-connected': row({ sandbox_id: text, duration_ms: number, message: text }, 'goes on'),

  done: row(ending, 'ends'),
  cancelled: row(ending, 'ends'),

  permission_request: row(asked, 'asks', 'goes on'),
  permission_resolved: row(asked),
  awaiting_approval: row(asked, 'asks', 'goes on'),

  error: row(failed, 'fails'),
  sdk_error: row(failed, 'fails', 'ends'),
  AGENT_RUNNER_DIED: row(failed, 'fails', 'ends'),
  RUNNER_LIFECYCLE_ERROR: row(failed, 'fails', 'ends'),
  SANDBOX_BOOT_TIMEOUT: row(failed, 'fails', 'ends'),
  SANDBOX_QUOTA_EXHAUSTED: row(failed, 'fails', 'ends'),
  SANDBOX_UNAVAILABLE: row(failed, 'fails', 'ends'),
  SNAPSHOT_VERSION_MISMATCH: row(failed, 'fails', 'ends'),

  // Free, and not terminal: a broken tool server does not end a run.
  mcp_error: row({}),
  mcp_auth_failed: row({}),
  rate_limit: row({}),
  'desktop-ready': row({}),
  task_notification: row({}),
  thinking: row({}),
  reasoning: row({}),
  plan_delta: row({}),

  // No server of the API says this: a client does, of what it tells from a record.
  settled: row({}, 'remark', 'goes on'),

  RUNNER_DIAG: row({}, 'housekeeping'),
  message_snapshot: row({}, 'housekeeping'),
  system_message: row({}, 'housekeeping'),
  sdk_init: row({}, 'housekeeping'),
  sdk_success: row({}, 'housekeeping'),
  sdk_content_snapshot: row({}, 'housekeeping'),
  'keep-alive': row({}, 'housekeeping'),
  ping: row({}, 'housekeeping'),
  stderr: row({}, 'housekeeping'),
  user_message: row({}, 'housekeeping'),
  compact_boundary: row({}, 'housekeeping'),
  conversation_reset: row({}, 'housekeeping'),
  permission_auto_allowed: row({}, 'housekeeping'),
  task_started: row({}, 'housekeeping'),
  task_progress: row({}, 'housekeeping'),
} satisfies { readonly [type: string]: Row };

export const rows: { readonly [type: string]: Row } = protocol;
export const types = Object.keys(rows);

/** The types of the contract that do something. */
export type Doing<D extends Does> = {
  [K in keyof typeof protocol]: D extends (typeof protocol)[K]['does'][number] ? K : never;
}[keyof typeof protocol];

/** What a bare frame of a type becomes: what is always there, and nothing else. */
export const bare = (type: string): { readonly [field: string]: unknown } => ({
  type,
  ...Object.fromEntries(
    Object.entries(rows[type]!.fields)
      .filter(([, field]) => 'absent' in field)
      .map(([name, { absent }]) => [name, absent]),
  ),
});
