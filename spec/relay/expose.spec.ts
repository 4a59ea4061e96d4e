import fc from 'fast-check';
import { InvalidArgumentError } from '../../lib/errors';
import { decodeEvent } from '../../lib/events/decode';
import { protocol, type Row } from '../../lib/events/protocol';
import type { RunEvent } from '../../lib/events/RunEvent';
import { exposed, type Expose } from '../../lib/relay/expose';
import { aPermissionRequest, aRun } from '../../lib/testing/factories/runs';
import { anyData, eventOf, hostile, json } from '../events/arbitrary';

type Json = { readonly [field: string]: unknown };

/** The fields of a permission request that leave, by path. Written by hand, from the decision. */
const request = [
  ...['request_id', 'status', 'tool_use_id', 'tool_name', 'display_name', 'consequence', 'prose'],
  ...['can_remember', 'remember_default', 'timeout_seconds', 'auto_resolved', 'resumed'],
  ...['remembered', 'created_at', 'resolved_at', 'fields', 'fields[]', 'fields[][]'],
  ...['tool_input', 'tool_input.questions', 'tool_input.questions[]'],
  ...['question', 'header', 'multiSelect', 'options', 'options[]'].map(
    (field) => `tool_input.questions[].${field}`,
  ),
  'tool_input.questions[].options[].label',
  'tool_input.questions[].options[].description',
];

const run = [
  ...['id', 'status', 'output', 'error', 'error_code', 'stop_reason', 'permission_mode'],
  ...['created_at', 'updated_at', 'started_at', 'delivery', 'queued_message_id'],
];

const channels = ['text', 'thinking', 'reasoning', 'plan'];
const failures = [
  ...['error', 'sdk_error', 'AGENT_RUNNER_DIED', 'RUNNER_LIFECYCLE_ERROR', 'SANDBOX_BOOT_TIMEOUT'],
  ...['SANDBOX_QUOTA_EXHAUSTED', 'SANDBOX_UNAVAILABLE', 'SNAPSHOT_VERSION_MISMATCH'],
];
const asking = ['permission_request', 'permission_resolved', 'awaiting_approval'];

/** The events that leave: type → paths. One that is not here stays. */
const shown: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>([
  ...channels.flatMap((channel): [string, string[]][] => [
    [`${channel}-start`, ['id']],
    [`${channel}-delta`, ['id', 'delta']],
    [`${channel}-end`, ['id']],
  ]),
  ['tool-call-start', ['toolCallId', 'toolName']],
  ['tool-call-end', ['toolCallId']],
  ['tool-result-start', ['toolCallId']],
  ['tool-result-end', ['toolCallId']],
  ['message-start', ['messageId']],
  ['message-end', ['messageId']],
  ['metadata', ['payload', 'payload.run_id']],
  ['done', ['stop_reason']],
  ['cancelled', ['stop_reason']],
  ['sandbox-connecting', []],
  ['sandbox-connected', []],
  ['settled', []],
  ...failures.map((type): [string, string[]] => [type, ['error', 'error_code']]),
  ...asking.map((type): [string, string[]] => [
    type,
    [...request, 'payload', ...request.map((path) => `payload.${path}`)],
  ]),
]);

/** Every path there is in a value, keys that nobody should have among them. */
const paths = (value: unknown, at = ''): readonly string[] => {
  if (typeof value !== 'object' || value === null) return [];
  const list = Array.isArray(value);
  return Reflect.ownKeys(value)
    .filter((key) => !(list && key === 'length'))
    .flatMap((key) => {
      const path = list ? `${at}[]` : `${at === '' ? '' : `${at}.`}${String(key)}`;
      return [path, ...paths((value as Json)[key as string], path)];
    });
};

/** An object whose keys may be any of these, at any depth, or hostile ones. */
const anyObject = (...keys: readonly string[]): fc.Arbitrary<Json> => {
  const key = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...keys) },
    fc.constantFrom(...hostile, 'secret'),
  );
  const value = fc.letrec<{ any: unknown; object: Json }>((tie) => ({
    any: fc.oneof(
      { maxDepth: 5 },
      fc.constantFrom<unknown>('AskUserQuestion', 'x', 7, true, null),
      json,
      tie('object'),
      fc.array(tie('any'), { maxLength: 3 }),
    ),
    object: fc
      .array(fc.tuple(key, tie('any')), { maxLength: 8 })
      .map((entries): Json => Object.fromEntries(entries)),
  }));
  return value.object;
};

const requestKeys = [
  ...['request_id', 'tool_name', 'tool_input', 'questions', 'question', 'options', 'label'],
  ...['fields', 'display_name', 'payload', 'run_id', 'type', 'user_id'],
];
const anyRequest = fc.oneof(
  anyObject(...requestKeys),
  anyObject(...requestKeys).map((given) => ({ ...given, tool_name: 'AskUserQuestion' })),
);

const anyEvent: fc.Arbitrary<RunEvent> = fc.oneof(
  { weight: 3, arbitrary: anyData.map(decodeEvent) },
  fc
    .tuple(fc.constantFrom(...asking), anyRequest, fc.option(anyRequest))
    .map(([type, beside, payload]) =>
      decodeEvent(JSON.stringify({ ...beside, type, ...(payload && { payload }) })),
    ),
);

const isPlain = (value: unknown): boolean => typeof value !== 'object';

describe('exposed, without names', () => {
  const { event, run: runOf, permission } = exposed();

  it('decides on every type of the protocol', () => {
    const types = [...Object.keys(protocol), 'unknown', 'malformed', 'output'];
    const left = types.filter((type) => event({ type, payload: {}, raw: {} } as never));
    expect(left.sort()).toEqual([...shown.keys()].sort());
  });

  it('lets nothing of an event leave that is not on the list, at any depth', () => {
    fc.assert(
      fc.property(anyEvent, (given) => {
        const left = event(given);
        const list = shown.get(given.type);
        expect(left === undefined).toBe(list === undefined);
        if (left === undefined || list === undefined) return;
        expect(left.type).toBe(given.type);
        expect(Object.getPrototypeOf(left)).toBe(Object.prototype);
        expect(paths(left).filter((path) => path !== 'type' && !list.includes(path))).toEqual([]);
      }),
      { numRuns: 2_000 },
    );
  });

  it('lets all of it leave that is', () => {
    fc.assert(
      fc.property(fc.constantFrom(...shown.keys()).chain(eventOf), (given) => {
        const left = event(given as unknown as RunEvent) as unknown as Json;
        const rows: ReadonlyMap<string, Row> = new Map(Object.entries(protocol));
        for (const field of Object.keys(rows.get(given.type)!.fields)) {
          if (!shown.get(given.type)!.includes(field) || field === 'payload') continue;
          expect(left[field]).toEqual(given[field] ?? undefined);
        }
      }),
    );
  });

  it('lets nothing of a run or of a request leave that is not on the list', () => {
    fc.assert(
      fc.property(anyObject(...run, 'usage', 'metadata', 'user_id', 'teammate_id'), (given) => {
        const left = runOf(given);
        expect(paths(left).filter((path) => !run.includes(path))).toEqual([]);
        expect(Object.values(left).every(isPlain)).toBe(true);
        for (const field of run)
          if (isPlain(given[field])) expect((left as Json)[field]).toBe(given[field]);
      }),
      { numRuns: 500 },
    );
    fc.assert(
      fc.property(anyRequest, (given) => {
        const left = permission(given) as Json;
        expect(paths(left).filter((path) => !request.includes(path))).toEqual([]);
        if (given['tool_name'] !== 'AskUserQuestion') expect(left).not.toHaveProperty('tool_input');
      }),
      { numRuns: 2_000 },
    );
  });

  it('shows a run as a page needs it', () => {
    const record = { ...aRun({ status: 'completed', output: 'Done.' }), user_id: 'u', secret: 1 };
    expect(Object.keys(runOf(record)).every((field) => run.includes(field))).toBe(true);
    expect(runOf(record)).toMatchObject({ id: record.id, status: 'completed', output: 'Done.' });
  });

  it('shows of an approval what a consent screen does, and a question whole', () => {
    const fields = [['To', 'ada@example.com']] as const;
    const asked = aPermissionRequest({
      tool_name: 'gmail_send',
      tool_input: { body: 'secret' },
      display_name: 'Send mail',
      fields,
    });
    expect(permission(asked)).toMatchObject({ display_name: 'Send mail', fields });
    expect(permission(asked)).not.toHaveProperty('tool_input');
    const questions = [
      {
        question: 'Which?',
        header: 'Mails',
        multiSelect: false,
        options: [{ label: 'All', description: 'of them' }, { label: 'None' }],
      },
    ];
    const tool_input = { questions, session: 'secret' };
    const question = { ...asked, tool_name: 'AskUserQuestion', tool_input };
    expect(permission(question)).toMatchObject({ tool_input: { questions } });
    expect(permission(question)).not.toHaveProperty('tool_input.session');
    for (const type of ['permission_request', 'permission_resolved'] as const) {
      const nested = { type, request_id: 'req_1', payload: question } as RunEvent;
      expect(event(nested)).toEqual({
        type,
        request_id: 'req_1',
        payload: permission(question),
      });
      expect(event({ ...question, type })).toEqual({ type, ...permission(question) });
    }
  });
});

describe('exposed, with names', () => {
  const events: readonly Json[] = [
    {
      type: 'tool-call-start',
      toolCallId: 'tc_1',
      toolName: 'mail',
      input: { to: 'ada' },
      more: 1,
    },
    { type: 'tool-call-delta', toolCallId: 'tc_1', delta: '{"to":"ada"}', more: 1 },
    { type: 'tool-result-end', toolCallId: 'tc_1', result: { __proto__: null, a: [1] }, more: 1 },
    { type: 'todo-update', toolCallId: 'tc_1', todos: [{ content: 'x' }], more: 1 },
    { type: 'metadata', payload: { run_id: 7, usage: { total_tokens: 1 }, more: 1 } },
    { type: 'run_metrics', execution_time_ms: 5, claude_token_cost_usd: 0.1, more: 1 },
    { type: 'unknown', name: 'new', raw: { type: 'new', secret: 1 } },
    { type: 'malformed', data: 'secret', problems: [] },
    { type: 'ping', more: 1 },
  ];
  const left = (...names: readonly string[]) =>
    events.map((event) => exposed(names).event(event as RunEvent)).filter((one) => one);
  const always = left();

  it('is the very event, of each type that is named', () => {
    for (const event of events) {
      const { event: shows } = exposed([event['type'] as string]);
      expect(shows(event as RunEvent)).toBe(event);
    }
  });

  it('is everything, as it is, for all', () => {
    const { event, run, permission } = exposed('all');
    for (const one of events) expect(event(one as RunEvent)).toBe(one);
    const record = { id: 1, usage: {} };
    expect([run(record), permission(record)]).toEqual([record, record]);
    expect(run(record)).toBe(record);
  });

  it.each<[string, string, Json]>([
    ['tool-call-start.input', 'tool-call-start', { input: { to: 'ada' } }],
    ['tool-result-end.result', 'tool-result-end', { result: { a: [1] } }],
    ['metadata.usage', 'metadata', { payload: { run_id: 7, usage: { total_tokens: 1 } } }],
  ])('adds one field, whole: %s', (name, type, more) => {
    const without = always.find((event) => event?.type === type);
    const others = always.filter((event) => event !== without);
    expect(left(name)).toEqual(expect.arrayContaining([...others, { ...without, ...more }]));
    expect(left(name)).toHaveLength(always.length);
  });

  it('shows of an event that stays the fields that are named, and no others', () => {
    expect(left('run_metrics.execution_time_ms')).toContainEqual({
      type: 'run_metrics',
      execution_time_ms: 5,
    });
    expect(left('todo-update.todos')).toContainEqual({
      type: 'todo-update',
      todos: [{ content: 'x' }],
    });
  });

  it('adds fields of objects; and those of a request in events, too', () => {
    const { run, permission, event } = exposed([
      ...['run.usage', 'run.metadata', 'run.user_id', 'permission.tool_input'],
    ]);
    const more = { usage: { cost_usd: '0.10' }, metadata: { deal: 7 }, user_id: 'u' };
    expect(run({ id: 1, status: 'failed', ...more, task_id: 2 })).toEqual({
      id: 1,
      status: 'failed',
      ...more,
    });
    const asked = { request_id: 'r', tool_name: 'mail', tool_input: { to: ['ada'] }, secret: 1 };
    const { secret: _, ...rest } = asked;
    expect(permission(asked)).toEqual(rest);
    expect(event({ type: 'permission_request', payload: asked })).toEqual({
      type: 'permission_request',
      payload: rest,
    });
  });

  it('does not depend on the list afterwards', () => {
    const names = ['run.usage'];
    const { run } = exposed(names);
    names[0] = 'run.metadata';
    expect(run({ usage: {}, metadata: {} })).toEqual({ usage: {} });
  });

  it.each([
    ['tool-call-delte', 'tool-call-delta'],
    ['tool_call_delta', 'tool-call-delta'],
    ['tool-result-end.results', 'tool-result-end.result'],
    ['runs.usage', 'run.usage'],
    ['permissions.tool_input', 'permission.tool_input'],
    ['run-metrics', 'run_metrics'],
    [' unknown', 'unknown'],
  ])('refuses %s, and says what it may have been', (name, meant) => {
    const wrong = () => exposed(['unknown', name]);
    expect(wrong).toThrow(InvalidArgumentError);
    expect(wrong).toThrow(expect.objectContaining({ argument: 'expose[1]' }));
    expect(wrong).toThrow(`did you mean '${meant}'?`);
  });

  it.each([
    ['metadata.payload.usage', 'metadata.usage'],
    ['run.price', 'run.usage'],
  ])('refuses %s, and says what there is beside %s', (name, other) => {
    expect(() => exposed([name])).toThrow(other);
  });

  it.each([
    ...hostile.filter((name) => !/^(unknown|malformed)$/.test(name)),
    '',
    '.',
    'run',
    'run.',
    'run.__proto__',
  ])('refuses %j: it names nothing', (name) => {
    expect(() => exposed([name])).toThrow(InvalidArgumentError);
  });

  it('keeps its message short, and clean', () => {
    const long = `${'\u001b[31m'.repeat(20)}${'x'.repeat(1_000_000)}`;
    try {
      exposed([long]);
    } catch (error) {
      expect((error as Error).message.length).toBeLessThan(300);
      expect((error as Error).message).not.toContain('\u001b');
      return;
    }
    throw new Error('it was taken');
  });

  it.each<[unknown, string]>([
    [['all'], 'stands alone'],
    [[7], 'must be a name'],
    [[undefined], 'must be a name'],
    [[['unknown']], 'must be a name'],
    ['unknown', "must be 'all', or a list"],
    [null, "must be 'all', or a list"],
    [{ unknown: true }, "must be 'all', or a list"],
    [true, "must be 'all', or a list"],
  ])('refuses %j', (given, told) => {
    expect(() => exposed(given as Expose)).toThrow(InvalidArgumentError);
    expect(() => exposed(given as Expose)).toThrow(told);
  });

  it('lets nothing else leave, whatever is named', () => {
    const names = [
      ...['tool-call-start.input', 'tool-result-end.result', 'tool-call-delta', 'todo-update'],
      ...['metadata.usage', 'run_metrics.stop_reason', 'sandbox-connected.message', 'done'],
    ];
    fc.assert(
      fc.property(fc.subarray(names), anyEvent, (some, given) => {
        const left = exposed(some).event(given);
        if (some.includes(given.type)) {
          expect(left).toBe(given);
          return;
        }
        const own = some.filter((name) => name.startsWith(`${given.type}.`));
        const list = shown.get(given.type);
        expect(left === undefined).toBe(list === undefined && own.length === 0);
        const added = own.map((name) =>
          name
            .replace(/^metadata\./, 'payload.')
            .split('.')
            .at(-1)!,
        );
        const odd = paths(left).filter(
          (path) =>
            path !== 'type' &&
            list?.includes(path) !== true &&
            !added.some((field) => new RegExp(`^(payload[.])?${field}([.[]|$)`).test(path)),
        );
        expect(odd).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
  });
});
