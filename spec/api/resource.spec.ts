import { EMPTY, take, type Observable } from 'rxjs';
import { createClient, type Client } from 'm8tes-rx';
import { DecodeError, InvalidArgumentError } from '../../lib/errors';
import { errorOf, settled, told } from '../http/holding';
import { KEY } from './calling';
import { nocked } from './nocked';

const agent = { id: 7, name: 'Triage', status: 'enabled', later: { kept: 1 } };
const task = { id: 5, teammate_id: 7, instructions: 'triage', status: 'enabled' };
const trigger = { id: 'schedule_5', type: 'schedule', cron: '0 8 * * 1-5', next_run: 'soon' };
const endpoint = { id: 3, url: 'https://a.test/', events: ['run.failed'], secret: 'whsec_…' };
const delivery = { id: 9, webhook_endpoint_id: 3, event_id: 'evt_1', attempts: 1 };

interface Row {
  readonly call: (client: Client) => Observable<unknown>;
  readonly sends: string;
  readonly body?: object;
  readonly answer?: unknown;
  /** What is given, item by item; without it, the answer. */
  readonly gives?: readonly unknown[];
  /** What is no JSON is not read. */
  readonly accept?: '*/*';
}

const page = (...data: readonly object[]) => ({ data, has_more: false });
const named = { name: 'Triage' };
const message = { instructions: 'triage' };
const ada = { user_id: 'ada' };

/** Every route: the call, and the request it is. [wire §8] */
const rows: readonly Row[] = [
  {
    call: ({ agents }) =>
      agents.create({
        name: 'Triage',
        tools: ['gmail'],
        instructions: 'Be brief.',
        role: 'Support',
        goals: '',
        metadata: { a: null },
        user_id: 'ada',
        default_permission_mode: 'approval',
        model: 'opus',
        effort: 'low',
        enable_memory: false,
        enable_history: true,
        enable_feedback: false,
        from_template: 'triage',
      }),
    sends: 'POST /agents/',
    body: {
      name: 'Triage',
      tools: ['gmail'],
      instructions: 'Be brief.',
      role: 'Support',
      goals: '',
      metadata: { a: null },
      user_id: 'ada',
      default_permission_mode: 'approval',
      model: 'opus',
      effort: 'low',
      enable_memory: false,
      enable_history: true,
      enable_feedback: false,
      from_template: 'triage',
    },
    answer: agent,
  },
  { call: ({ agents }) => agents.get(7), sends: 'GET /agents/7', answer: agent },
  { call: ({ agents }) => agents.get(7, ada), sends: 'GET /agents/7?user_id=ada', answer: agent },
  {
    call: ({ agents }) => agents.list(),
    sends: 'GET /agents/',
    answer: page(agent),
    gives: [agent],
  },
  {
    call: ({ agents }) => agents.list({ user_id: 'ada', limit: 5, starting_after: 9 }),
    sends: 'GET /agents/?user_id=ada&limit=5&starting_after=9',
    answer: page(agent),
    gives: [agent],
  },
  {
    call: ({ agents }) => agents.update(7, { role: 'Support', model: null }, ada),
    sends: 'PATCH /agents/7?user_id=ada',
    body: { role: 'Support', model: null },
    answer: agent,
  },
  {
    call: ({ agents }) => agents.delete(7, ada),
    sends: 'DELETE /agents/7?user_id=ada',
    gives: [],
    accept: '*/*',
  },
  {
    call: ({ agents }) => agents.enable(7),
    sends: 'POST /agents/7/enable',
    body: {},
    answer: agent,
  },
  {
    call: ({ agents }) => agents.disable(7, ada),
    sends: 'POST /agents/7/disable?user_id=ada',
    body: {},
    answer: agent,
  },
  {
    call: ({ agents }) => agents.unarchive(7),
    sends: 'POST /agents/7/unarchive',
    body: {},
    answer: agent,
  },

  {
    call: ({ tasks }) =>
      tasks.create({
        teammate_id: 7,
        instructions: 'triage',
        name: 'Daily',
        tools: [],
        expected_output: 'A list',
        goals: 'None missed',
        user_id: 'ada',
        email_notifications: false,
        permission_mode: 'approval',
        human_in_the_loop: true,
        model: 'opus',
        effort: 'low',
      }),
    sends: 'POST /tasks/',
    body: {
      teammate_id: 7,
      instructions: 'triage',
      name: 'Daily',
      tools: [],
      expected_output: 'A list',
      goals: 'None missed',
      user_id: 'ada',
      email_notifications: false,
      permission_mode: 'approval',
      human_in_the_loop: true,
      model: 'opus',
      effort: 'low',
    },
    answer: task,
  },
  {
    call: ({ tasks }) => tasks.create({ agent_id: 7, ...message }),
    sends: 'POST /tasks/',
    body: { teammate_id: 7, ...message },
    answer: task,
  },
  { call: ({ tasks }) => tasks.get(5, ada), sends: 'GET /tasks/5?user_id=ada', answer: task },
  { call: ({ tasks }) => tasks.list({}), sends: 'GET /tasks/', answer: page(task), gives: [task] },
  {
    call: ({ tasks }) => tasks.list({ agent_id: 7, user_id: 'ada', status: 'archived', limit: 1 }),
    sends: 'GET /tasks/?user_id=ada&status=archived&limit=1&teammate_id=7',
    answer: page(),
    gives: [],
  },
  {
    call: ({ tasks }) => tasks.update(5, { status: 'disabled', effort: null }),
    sends: 'PATCH /tasks/5',
    body: { status: 'disabled', effort: null },
    answer: task,
  },
  { call: ({ tasks }) => tasks.delete(5), sends: 'DELETE /tasks/5', gives: [], accept: '*/*' },

  {
    call: ({ tasks }) =>
      tasks.triggers.create(5, {
        type: 'schedule',
        cron: '0 8 * * 1-5',
        timezone: 'America/New_York',
        user_id: 'ada',
      }),
    sends: 'POST /tasks/5/triggers/',
    body: {
      type: 'schedule',
      cron: '0 8 * * 1-5',
      timezone: 'America/New_York',
      user_id: 'ada',
    },
    answer: trigger,
  },
  {
    call: ({ tasks }) =>
      tasks.triggers.create(5, {
        type: 'app',
        app: 'gmail',
        trigger_name: 'new_mail',
        trigger_config: { label: 'support' },
        allowed_senders: ['@a.org'],
      }),
    sends: 'POST /tasks/5/triggers/',
    body: {
      type: 'app',
      app: 'gmail',
      trigger_name: 'new_mail',
      trigger_config: { label: 'support' },
      allowed_senders: ['@a.org'],
    },
    answer: trigger,
  },
  {
    call: ({ tasks }) => tasks.triggers.list(5),
    sends: 'GET /tasks/5/triggers/',
    answer: [trigger, { ...trigger, id: 'webhook' }],
    gives: [trigger, { ...trigger, id: 'webhook' }],
  },
  {
    call: ({ tasks }) => tasks.triggers.list(5, ada),
    sends: 'GET /tasks/5/triggers/?user_id=ada',
    answer: page(trigger),
    gives: [trigger],
  },
  {
    call: ({ tasks }) =>
      tasks.triggers.update(5, 'schedule_5', { enabled: false, run_at: '2027-01-31' }, ada),
    sends: 'PATCH /tasks/5/triggers/schedule_5?user_id=ada',
    body: { enabled: false, run_at: '2027-01-31' },
    answer: trigger,
  },
  {
    call: ({ tasks }) => tasks.triggers.delete(5, 'a b?c'),
    sends: 'DELETE /tasks/5/triggers/a%20b%3Fc',
    gives: [],
    accept: '*/*',
  },

  {
    call: ({ webhooks }) =>
      webhooks.create({
        url: 'https://a.test/',
        events: ['run.failed', 'run.later'],
        active: true,
      }),
    sends: 'POST /webhooks/',
    body: { url: 'https://a.test/', events: ['run.failed', 'run.later'], active: true },
    answer: endpoint,
  },
  { call: ({ webhooks }) => webhooks.get(3), sends: 'GET /webhooks/3', answer: endpoint },
  {
    call: ({ webhooks }) => webhooks.list({ limit: 2 }),
    sends: 'GET /webhooks/?limit=2',
    answer: page(endpoint),
    gives: [endpoint],
  },
  {
    call: ({ webhooks }) => webhooks.update(3, { rotate_secret: true, active: false }),
    sends: 'PATCH /webhooks/3',
    body: { rotate_secret: true, active: false },
    answer: endpoint,
  },
  {
    call: ({ webhooks }) => webhooks.delete(3),
    sends: 'DELETE /webhooks/3',
    gives: [],
    accept: '*/*',
  },
  {
    call: ({ webhooks }) => webhooks.deliveries(3),
    sends: 'GET /webhooks/3/deliveries',
    answer: page(delivery),
    gives: [delivery],
  },
  {
    call: ({ webhooks }) => webhooks.deliveries(3, { limit: 2, starting_after: 9 }),
    sends: 'GET /webhooks/3/deliveries?limit=2&starting_after=9',
    answer: page(),
    gives: [],
  },
];

/** Which calls are there, `tasks.triggers.create` and the like. */
const callsOf = (thing: object, at = ''): readonly string[] =>
  Object.entries(thing).flatMap(([name, value]: [string, unknown]) =>
    typeof value === 'object' ? callsOf(value as object, `${at}${name}.`) : `${at}${name}`,
  );

/** Which call a row is of. */
const calledBy = ({ call }: Row): string => {
  const called: string[] = [];
  const watched = (at: string): unknown =>
    new Proxy(() => EMPTY, {
      get: (_, name) => watched(`${at}.${String(name)}`),
      apply: () => {
        called.push(at.slice(1));
        return EMPTY;
      },
    });
  call(watched('') as Client);
  return called[0]!;
};

describe('resource', () => {
  it('has a row for every call of a client on what runs stand on', () => {
    const { agents, tasks, webhooks } = createClient({ apiKey: KEY });
    const streamed = ['tasks.run', 'tasks.runAndWait']; // in the spec of tasks
    expect([...new Set(rows.map(calledBy)), ...streamed].sort()).toEqual(
      [...callsOf({ agents, tasks, webhooks })].sort(),
    );
  });

  it.each(rows)('asks $sends', async ({ call, sends, body, answer, gives, accept }) => {
    const { client, sent } = nocked(answer === undefined ? { status: 204 } : { body: answer });
    const call$ = call(client);
    await settled();
    expect(sent).toEqual([]);
    expect(await told(call$)).toEqual({ values: gives ?? [answer] });
    expect(sent.map(({ method, path }) => `${method} ${path}`)).toEqual([sends]);
    expect(sent[0]?.body).toEqual(body ?? '');
    expect(sent[0]?.headers).toMatchObject({
      authorization: `Bearer ${KEY}`,
      accept: accept ?? 'application/json',
    });
    expect(sent[0]?.headers).not.toHaveProperty('idempotency-key');
  });

  const readRows = rows.filter(({ accept }) => accept === undefined);
  it.each(readRows)('does not take what is not the answer of $sends', async ({ call }) => {
    for (const body of [null, 7, [{ secret: 1 }], { data: [{ secret: 1 }] }, { secret: 1 }]) {
      const { client } = nocked({ body });
      const error = await errorOf(call(client));
      expect(error).toBeInstanceOf(DecodeError);
      expect(error.message).toMatch(/^(GET|POST|PATCH) \S+ was answered with what is not an? \w/);
      expect(error.message).not.toContain('secret');
    }
  });

  it('mends fields, and keeps those it does not know', async () => {
    const { client } = nocked({
      body: { id: '7', name: 7, tools: ['gmail', {}], status: 'asleep', model: null, later: [1] },
    });
    expect(await told(client.agents.get(7))).toEqual({
      values: [{ id: 7, name: '7', tools: ['gmail'], status: 'asleep', later: [1] }],
    });
  });

  it('fetches a page as its items are taken, under the same filters', async () => {
    const { client, sent } = nocked((_, index) => ({
      body: { data: [{ id: 9 - index }], has_more: true },
    }));
    const { values } = await told(client.agents.list({ limit: 1, user_id: 'ada' }).pipe(take(3)));
    expect(values).toEqual([{ id: 9 }, { id: 8 }, { id: 7 }]);
    expect(sent.map(({ path }) => path)).toEqual([
      '/agents/?limit=1&user_id=ada',
      '/agents/?limit=1&user_id=ada&starting_after=9',
      '/agents/?limit=1&user_id=ada&starting_after=8',
    ]);
  });

  it('reads on where the triggers of a task have pages', async () => {
    const { client, sent } = nocked((_, index) => ({
      body: { data: [{ id: `schedule_${index}` }], has_more: index === 0 },
    }));
    expect((await told(client.tasks.triggers.list(5, ada))).values).toHaveLength(2);
    expect(sent.map(({ path }) => path)).toEqual([
      '/tasks/5/triggers/?user_id=ada',
      '/tasks/5/triggers/?user_id=ada&starting_after=schedule_0',
    ]);
  });

  it('makes one for each subscription: an agent has no key', async () => {
    const { client, sent } = nocked({ body: agent });
    const made$ = client.agents.create(named);
    await told(made$);
    await told(made$);
    expect(sent).toHaveLength(2);
  });

  type Call = (client: Client) => Observable<unknown>;
  const bad = (call: (client: never) => unknown) => call as Call;
  /** Calls by the id of a thing. */
  const byId = (id: number, options?: object): readonly (readonly [string, Call])[] => [
    ['agentId', ({ agents }) => agents.get(id, options)],
    ['agentId', ({ agents }) => agents.update(id, named, options)],
    ['agentId', ({ agents }) => agents.delete(id, options)],
    ['agentId', ({ agents }) => agents.enable(id, options)],
    ['agentId', ({ agents }) => agents.disable(id, options)],
    ['agentId', ({ agents }) => agents.unarchive(id, options)],
    ['taskId', ({ tasks }) => tasks.get(id, options)],
    ['taskId', ({ tasks }) => tasks.update(id, {}, options)],
    ['taskId', ({ tasks }) => tasks.delete(id, options)],
    ['taskId', ({ tasks }) => tasks.triggers.list(id, options)],
    ['taskId', ({ tasks }) => tasks.triggers.create(id, { type: 'email' }, options)],
    ['taskId', ({ tasks }) => tasks.triggers.update(id, 'email', {}, options)],
    ['taskId', ({ tasks }) => tasks.triggers.delete(id, 'email', options)],
    ['webhookId', ({ webhooks }) => webhooks.get(id, options)],
    ['webhookId', ({ webhooks }) => webhooks.update(id, {}, options)],
    ['webhookId', ({ webhooks }) => webhooks.delete(id, options)],
    ['webhookId', ({ webhooks }) => webhooks.deliveries(id, {}, options)],
  ];
  const made: readonly Call[] = [
    ({ agents }) => agents.create(named, null as never),
    ({ agents }) => agents.list({}, null as never),
    ({ tasks }) => tasks.create({ teammate_id: 1, ...message }, null as never),
    ({ webhooks }) => webhooks.create({ url: 'https://a.test' }, null as never),
  ];

  /** A call from JavaScript, and the parameter it is refused for. */
  const refusals: readonly (readonly [string, Call])[] = [
    ...[0, -1, 1.5, NaN, '7', '..', null, undefined, {}].flatMap((id) => byId(id as number)),
    ...[null, 7, 'ada', []].flatMap((options) =>
      byId(7, options as object).map(([, call]) => ['parameters', call] as const),
    ),
    ...['', ' ', null, 7].flatMap((user_id) =>
      byId(7, { user_id }).map(([, call]) => ['user_id', call] as const),
    ),
    ...byId(7, { signal: 'stop' }).map(([, call]) => ['signal', call] as const),
    ...byId(7, { idempotencyKey: 'k' }).map(([, call]) => ['idempotencyKey', call] as const),
    // Where it would go unheard.
    ...byId(7, ada)
      .filter(([id, call]) => id === 'webhookId' || /triggers\.create/.test(call.toString()))
      .map(([, call]) => ['user_id', call] as const),
    ...made.map((call) => ['parameters', call] as const),
    ...[null, 7, 'x', []].flatMap((given) => [
      ['parameters', bad(({ agents }: Client) => agents.create(given as never))] as const,
      ['parameters', bad(({ agents }: Client) => agents.list(given as never))] as const,
      ['parameters', bad(({ agents }: Client) => agents.update(7, given as never))] as const,
      ['parameters', bad(({ tasks }: Client) => tasks.create(given as never))] as const,
      ['parameters', bad(({ tasks }: Client) => tasks.list(given as never))] as const,
      ['parameters', bad(({ webhooks }: Client) => webhooks.create(given as never))] as const,
      [
        'parameters',
        bad(({ webhooks }: Client) => webhooks.deliveries(3, given as never)),
      ] as const,
      ['parameters', bad(({ tasks }: Client) => tasks.triggers.create(5, given as never))] as const,
    ]),
    ['name', ({ agents }) => agents.create({})],
    ['name', ({ agents }) => agents.create({ role: 'Support' })],
    ['name', ({ agents }) => agents.create({ name: ' ' })],
    ['name', ({ agents }) => agents.update(7, { name: '' })],
    ['name', ({ agents }) => agents.update(7, { name: null as never })],
    ['tools', ({ agents }) => agents.create({ ...named, tools: 'gmail' as never })],
    ['enable_memory', ({ agents }) => agents.update(7, { enable_memory: 'no' as never })],
    [
      'default_permission_mode',
      ({ agents }) => agents.update(7, { default_permission_mode: 'x' as never }),
    ],
    ['user_id', ({ agents }) => agents.update(7, { user_id: 'ada' } as never)],
    ['from_template', ({ agents }) => agents.update(7, { from_template: 'x' } as never)],
    ['user_id', ({ agents }) => agents.list({ user_id: null as never })],
    ['limit', ({ agents }) => agents.list({ limit: 101 })],
    ['userId', ({ agents }) => agents.list({ userId: 'ada' } as never)],
    ['teammate_id', ({ tasks }) => tasks.create(message)],
    ['instructions', ({ tasks }) => tasks.create({ teammate_id: 1 } as never)],
    ['instructions', ({ tasks }) => tasks.create({ teammate_id: 1, instructions: '' })],
    ['agent_id', ({ tasks }) => tasks.create({ teammate_id: 1, agent_id: 2, ...message })],
    ['agent_id', ({ tasks }) => tasks.list({ teammate_id: 1, agent_id: 2 })],
    ['teammate_id', ({ tasks }) => tasks.list({ teammate_id: 0 })],
    ['teammate_id', ({ tasks }) => tasks.update(5, { teammate_id: 1 } as never)],
    ['status', ({ tasks }) => tasks.update(5, { status: 'archived' as never })],
    ['starting_after', ({ webhooks }) => webhooks.list({ starting_after: '9' as never })],
    ['url', ({ webhooks }) => webhooks.create({} as never)],
    ['url', ({ webhooks }) => webhooks.create({ url: '' })],
    ['events', ({ webhooks }) => webhooks.create({ url: 'x', events: 'run.failed' as never })],
    [
      'rotate_secret',
      ({ webhooks }) => webhooks.create({ url: 'x', rotate_secret: true } as never),
    ],
    ['rotate_secret', ({ webhooks }) => webhooks.update(3, { rotate_secret: 1 as never })],
    ['user_id', ({ webhooks }) => webhooks.list({ user_id: 'ada' } as never)],
  ];

  it('refuses what is unusable before anything is sent, naming the parameter', async () => {
    const { client, sent } = nocked();
    for (const [argument, call] of refusals) {
      const error = await errorOf(call(client)); // in its channel: nothing is thrown
      expect([call.toString(), error]).toEqual([call.toString(), expect.any(InvalidArgumentError)]);
      expect([call.toString(), error]).toMatchObject([call.toString(), { argument }]);
    }
    expect(sent).toEqual([]);
  });

  it('ends a call with the reason of its signal', async () => {
    const { client, sent } = nocked({ body: agent });
    const signal = AbortSignal.abort('enough');
    for (const [, call] of byId(7, { signal })) {
      expect(await told(call(client))).toEqual({ values: [], error: 'enough' });
    }
    expect(await told(client.agents.create(named, { signal }))).toMatchObject({ error: 'enough' });
    expect(await told(client.agents.list({}, { signal }))).toMatchObject({ error: 'enough' });
    expect(sent).toEqual([]);
  });
});
