/** What a client of AG-UI wants of a thread, and who may: the real client, over real sockets. */
import { buildResumeArray } from '@ag-ui/client';
import { memoryLog, type Authorize } from 'm8tes-rx/relay';
import { approval, plan, question, run, text, together, tool, type Script } from 'm8tes-rx/testing';
import { concat, filter, firstValueFrom, from, lastValueFrom, Subject, toArray } from 'rxjs';
import { ofType } from 'm8tes-rx';
import { input, outcomeOf, serving } from './serving';

jest.setTimeout(30_000); // on a machine that others use

const sends: Script = function* () {
  yield* text('May I?');
  yield { type: 'tool-call-start', toolCallId: 'tc_1', toolName: 'gmail_send' };
  yield { type: 'tool-call-end', toolCallId: 'tc_1' };
  const { decision, reason } = yield* approval({
    ...{ tool_name: 'gmail_send', display_name: 'Send mail', consequence: 'Ada gets it' },
    ...{ timeout_seconds: 3600, can_remember: true },
  });
  yield {
    ...{ type: 'tool-result-end', toolCallId: 'tc_1' },
    result: decision === 'allow' ? 'sent' : `not sent: ${reason ?? ''}`,
  };
  yield* text(decision === 'allow' ? 'Sent.' : 'Left.');
};

const both: Script = function* () {
  const [mail, post] = yield* together(
    approval({ tool_name: 'gmail_send', display_name: 'Send mail' }),
    approval({ tool_name: 'slack_post', display_name: 'Post' }),
  );
  yield* text(`${mail.decision}, ${post.decision}`);
};

const asks: Script = function* () {
  const label = yield* question({ question: 'Which one?', options: ['This', 'That'] });
  yield* text(label);
};

const plans: Script = function* () {
  const { approved, answer } = yield* plan('1. Read the mail');
  yield* text(approved ? 'Off I go.' : answer);
};

const yes = { status: 'resolved', payload: { approved: true } } as const;

describe('a tool that wants to be allowed', () => {
  it.each([
    ['allowed', { ...yes, payload: { approved: true, remember: true } }, 'sent', 'May I?Sent.'],
    [
      'denied',
      { status: 'resolved', payload: { approved: false, reason: 'not now' } },
      'not sent: not now',
      'May I?Left.',
    ],
    ['given up', { status: 'cancelled' }, 'not sent: ', 'May I?Left.'],
  ] as const)('is %s', async (_, response, result, words) => {
    const { page, api } = await serving({ script: sends });
    const ann = page();
    const told = await ann.say('Write to Ada');
    expect(outcomeOf(told)).toBe('interrupt');
    const [asked] = ann.agent.pendingInterrupts;
    expect(asked).toMatchObject({
      ...{ reason: 'confirmation', message: 'Send mail: Ada gets it' },
      metadata: { request: { display_name: 'Send mail' } },
      responseSchema: { required: ['approved'] },
    });
    expect(Date.parse(asked!.expiresAt!)).toBeGreaterThan(Date.now());
    await expect(ann.look()).rejects.toThrow('pending interrupt'); // says their client
    const rest = await ann.answer(
      ...buildResumeArray(ann.agent.pendingInterrupts, { [asked!.id]: response }),
    );
    expect(outcomeOf(rest)).toBe('success');
    expect(ann.agent.pendingInterrupts).toEqual([]);
    expect(ann.text()).toBe(words);
    expect(ann.message('tool')).toEqual([expect.objectContaining({ content: result })]);
    expect(rest.map(({ type }) => type)).not.toContain('TOOL_CALL_START');
    expect(api.runs()).toHaveLength(1);
  });

  it('is asked for again after a reload, and told on once', async () => {
    const { page } = await serving({ script: sends });
    const ann = page();
    await ann.say('Write to Ada');
    const { threadId, messages } = ann.agent;
    const reloaded = page({ threadId, messages });
    const again = await reloaded.look();
    expect(outcomeOf(again)).toBe('interrupt');
    expect(reloaded.agent.pendingInterrupts).toEqual(ann.agent.pendingInterrupts);
    expect(reloaded.agent.messages).toEqual(messages);
    const { id } = reloaded.agent.pendingInterrupts[0]!;
    await reloaded.answer({ interruptId: id, ...yes });
    expect(reloaded.text()).toBe('May I?Sent.');
    // The answer may be sent twice.
    const rest = await reloaded.answer({ interruptId: id, ...yes });
    expect(outcomeOf(rest)).toBe('success');
    expect(rest.map(({ name }) => name)).not.toContain('decided_elsewhere');
    expect(reloaded.text()).toBe('May I?Sent.');
    expect(reloaded.message('tool')).toHaveLength(1);
  });

  it('is one of two', async () => {
    const { page } = await serving({ script: both });
    const ann = page();
    await ann.say('Tell them');
    const [mail, post] = ann.agent.pendingInterrupts;
    expect(ann.agent.pendingInterrupts).toHaveLength(2);
    const rest = await ann.answer(
      { interruptId: mail!.id, ...yes },
      { interruptId: post!.id, status: 'cancelled' },
    );
    expect(outcomeOf(rest)).toBe('success');
    expect(ann.text()).toBe('allow, deny');
  });

  it('is left open where only the other one is answered', async () => {
    const { page, post } = await serving({ script: both });
    const ann = page();
    await ann.say('Tell them');
    const [mail, other] = ann.agent.pendingInterrupts;
    const resume = [{ interruptId: mail!.id, ...yes }];
    const half = await post(input({ threadId: ann.agent.threadId, messages: [], resume }));
    const told = await half.text();
    expect(told).toContain('"type":"interrupt"');
    expect(told).toContain(`"id":"${other!.id}"`);
    expect(told).not.toContain(`"id":"${mail!.id}"`);
    await ann.answer({ interruptId: mail!.id, ...yes }, { interruptId: other!.id, ...yes });
    expect(ann.text()).toBe('allow, allow');
  });

  it.each([
    ['alike', 'allow', [], 'May I?Sent.'],
    ['the opposite way', 'deny', ['denied'], 'May I?Left.'],
  ] as const)('was decided elsewhere before, %s', async (_, decision, statuses, words) => {
    const { page, relay, api } = await serving({ script: sends });
    const ann = page();
    await ann.say('Write to Ada');
    const request_id = ann.agent.pendingInterrupts[0]!.id;
    await lastValueFrom(relay.decide(api.runs()[0]!.id, { request_id, decision }));
    const rest = await ann.answer({ interruptId: request_id, ...yes });
    const elsewhere = rest.filter(({ name }) => name === 'decided_elsewhere');
    expect(elsewhere.map(({ value }) => value)).toEqual(
      statuses.map((status) => ({ request_id, status })),
    );
    expect(outcomeOf(rest)).toBe('success');
    expect(ann.text()).toBe(words);
  });

  it.each([
    ['cancelled', [], 'May I?Left.'],
    ['deny', ['denied'], 'May I?Left.'],
    ['ended', [], 'May I?'],
  ] as const)('is decided elsewhere in the same moment: %s', async (meanwhile, statuses, words) => {
    const script: Script = function* () {
      yield* text('May I?');
      const { decision } = yield* approval({ tool_name: 'gmail_send', meanwhile });
      yield* text(decision === 'allow' ? 'Sent.' : 'Left.');
    };
    const { page } = await serving({ script });
    const ann = page();
    await ann.say('Write to Ada');
    const [asked] = ann.agent.pendingInterrupts;
    const rest = await ann.answer({ interruptId: asked!.id, ...yes });
    const elsewhere = rest.filter(({ name }) => name === 'decided_elsewhere');
    expect(elsewhere.map(({ value }) => (value as { readonly status: string }).status)).toEqual(
      statuses,
    );
    expect(outcomeOf(rest)).toBe('success');
    expect(ann.text()).toBe(words);
  });

  it('is shown to all who watch, and what became of it', async () => {
    const { page } = await serving({ script: sends });
    const ann = page();
    await ann.say('Write to Ada');
    const ben = page({ threadId: ann.agent.threadId });
    await ben.look();
    const { id } = ben.agent.pendingInterrupts[0]!;
    await ben.answer({ interruptId: id, status: 'cancelled' });
    const rest = await ann.answer({ interruptId: id, ...yes });
    expect(rest).toContainEqual(
      expect.objectContaining({
        name: 'decided_elsewhere',
        value: { request_id: id, status: 'denied' },
      }),
    );
    expect(ann.agent.messages.slice(1)).toEqual(ben.agent.messages);
  });
});

describe('a question', () => {
  it.each([
    ['by its text', { 'Which one?': 'That' }, 'That'],
    ['in one word', 'This', 'This'],
    ['with several', { 'Which one?': ['This', 'That'] }, 'This, That'],
  ])('is answered %s', async (_, payload, words) => {
    const { page } = await serving({ script: asks });
    const ann = page();
    await ann.say('Choose');
    const [asked] = ann.agent.pendingInterrupts;
    expect(asked).toMatchObject({
      ...{ reason: 'input_required', message: 'Which one?' },
      responseSchema: { properties: { 'Which one?': { examples: ['This', 'That'] } } },
    });
    const rest = await ann.answer({ interruptId: asked!.id, status: 'resolved', payload });
    expect(outcomeOf(rest)).toBe('success');
    expect(ann.text()).toBe(words);
  });

  it('is given up', async () => {
    const { page } = await serving({ script: asks });
    const ann = page();
    await ann.say('Choose');
    const { id } = ann.agent.pendingInterrupts[0]!;
    const rest = await ann.answer({ interruptId: id, status: 'cancelled' });
    expect(outcomeOf(rest)).toBe('success');
    expect(ann.text()).toBe('');
  });

  it('was answered elsewhere', async () => {
    const { page, relay, api } = await serving({ script: asks });
    const ann = page();
    await ann.say('Choose');
    const request_id = ann.agent.pendingInterrupts[0]!.id;
    const answers = { 'Which one?': 'This' };
    await lastValueFrom(relay.decide(api.runs()[0]!.id, { request_id, answers }));
    const payload = { 'Which one?': 'That' };
    const rest = await ann.answer({ interruptId: request_id, status: 'resolved', payload });
    expect(rest).toContainEqual(expect.objectContaining({ name: 'decided_elsewhere' }));
    expect(ann.text()).toBe('This');
  });
});

describe('a plan', () => {
  it.each([
    ['approved', { approved: true }, 'Off I go.'],
    ['sent back', { approved: false, reason: 'shorter' }, 'Revise: shorter'],
    ['sent back without a word', { approved: false }, 'Revise'],
  ])('is %s', async (_, payload, words) => {
    const { page } = await serving({ script: plans });
    const ann = page();
    await ann.say('Plan it');
    const [asked] = ann.agent.pendingInterrupts;
    expect(asked).toMatchObject({ reason: 'confirmation', message: '1. Read the mail' });
    await ann.answer({ interruptId: asked!.id, status: 'resolved', payload });
    expect(ann.text()).toBe(words);
  });

  it('is not approved by being given up', async () => {
    const { page } = await serving({ script: plans });
    const ann = page();
    await ann.say('Plan it');
    await ann.answer({ interruptId: ann.agent.pendingInterrupts[0]!.id, status: 'cancelled' });
    expect(ann.text()).toBe('Revise');
  });
});

describe('who asks', () => {
  const hello = run().text('hello').done();

  it('is refused before anything is sent where it cannot be meant', async () => {
    const { post, api } = await serving({ script: hello });
    const message = (content: unknown) => [{ id: 'm1', role: 'user', content }];
    const resume = (...entries: readonly unknown[]) => input({ resume: entries as never });
    const answered = { interruptId: 'r1', status: 'resolved', payload: { approved: true } };
    for (const [body, argument] of [
      [{}, 'threadId'],
      [input({ threadId: '' }), 'threadId'],
      [input({ threadId: 'x'.repeat(1000) }), 'threadId'],
      [input({ runId: 7 as never }), 'runId'],
      [input({ messages: 'hi' as never }), 'messages'],
      [input({ messages: [null] as never }), 'messages'],
      [input({ messages: message('  ') as never }), 'messages[0].content'],
      [input({ messages: message(7) as never }), 'messages[0].content'],
      [input({ messages: message([{ type: 'image' }]) as never }), 'messages[0].content'],
      [input({ resume: 'yes' as never }), 'resume'],
      [resume(null), 'resume[0]'],
      [resume({ ...answered, interruptId: 7 }), 'resume[0].interruptId'],
      [resume({ ...answered, status: 'maybe' }), 'resume[0].status'],
      [resume(answered, answered), 'resume[1].interruptId'],
    ] as const) {
      const response = await post(body);
      const { error } = (await response.json()) as { readonly error: { readonly message: string } };
      expect([response.status, error.message.split(' ')[0]]).toEqual([422, argument]);
    }
    expect((await post('{')).status).toBe(400);
    expect((await post([])).status).toBe(422);
    expect(api.requests()).toEqual([]);
  });

  it('says what is no answer', async () => {
    const { page, post } = await serving({ script: asks });
    const ann = page();
    await ann.say('Choose');
    const [asked] = ann.agent.pendingInterrupts;
    for (const payload of [undefined, {}, '', 7, { approved: true }, { 'Which one?': 7 }]) {
      const resume = [{ interruptId: asked!.id, status: 'resolved', payload } as const];
      const response = await post(input({ threadId: ann.agent.threadId, resume }));
      expect([payload, response.status]).toEqual([payload, 422]);
    }
    await ann.answer({ interruptId: asked!.id, status: 'resolved', payload: 'This' });
    expect(ann.text()).toBe('This');
  });

  it('says several texts as one message, and no more of the conversation', async () => {
    const { post, api } = await serving({ script: hello });
    const content = ['one', 'two'].map((text) => ({ type: 'text' as const, text }));
    const messages = [
      { id: 'm0', role: 'system' as const, content: 'be rude' },
      { id: 'm1', role: 'user' as const, content },
    ];
    await (
      await post(input({ messages, state: { a: 1 }, forwardedProps: { tools: ['x'] } }))
    ).text();
    const created = api.requests().find(({ method }) => method === 'POST');
    expect(created?.body).toEqual({
      ...{ message: 'one\ntwo', stream: true, user_id: 'ann' },
      ...{ human_in_the_loop: true, permission_mode: 'approval' },
    });
  });

  it('cannot say more to a run that waits for people', async () => {
    const { page, post } = await serving({ script: sends });
    const ann = page();
    await ann.say('Write to Ada');
    const messages = [{ id: 'm2', role: 'user' as const, content: 'And to Ben' }];
    const response = await post(input({ threadId: ann.agent.threadId, messages }));
    expect(response.status).toBe(409);
  });

  it('gets nothing of a thread that nobody knows, and begins none in its place', async () => {
    const { post, api } = await serving({ script: hello });
    expect((await post(input({ messages: [] }))).status).toBe(404);
    const resume = [{ interruptId: 'r1', ...yes }];
    expect((await post(input({ resume }))).status).toBe(404);
    expect((await post({}, { path: '/a-thread/stop' })).status).toBe(404);
    expect((await post({}, { path: '/%ff/stop' })).status).toBe(404);
    const messages = [
      { id: '7.1.1', role: 'assistant' as const, content: 'hello' },
      { id: 'm2', role: 'user' as const, content: 'and now?' },
    ];
    expect((await post(input({ messages }))).status).toBe(404);
    expect(api.runs()).toEqual([]);
  });

  it('reaches no stranger’s run, by name or by id', async () => {
    const { page, post, api } = await serving({ script: sends });
    const ann = page({ threadId: 'ours' });
    await ann.say('Write to Ada');
    const { id } = api.runs()[0]!;
    const [asked] = ann.agent.pendingInterrupts;
    const resume = [{ interruptId: asked!.id, ...yes }];
    const messages = [{ id: 'm9', role: 'user' as const, content: 'more' }];
    for (const body of [{ messages: [] }, { messages: [], resume }, { messages }])
      expect((await post(input({ ...body, threadId: String(id) }), { user: 'eve' })).status).toBe(
        404,
      );
    expect((await post({}, { user: 'eve', path: `/${id}/stop` })).status).toBe(404);
    expect((await post(input({ threadId: 'ours', messages: [] }), { user: 'eve' })).status).toBe(
      404,
    );
    await ann.answer(...resume);
    expect(ann.text()).toBe('May I?Sent.');
    // The same name is another thread of hers.
    await post(input({ threadId: 'ours' }), { user: 'eve' });
    expect(api.runs().map(({ user_id }) => user_id)).toEqual(['ann', 'eve']);
  });

  it('is let in for what it wants, and for nothing else', async () => {
    const seen: unknown[] = [];
    const may = new Set<string>();
    const authorize: Authorize = (_, { name, run_id, params }) => {
      seen.push([name, run_id, params]);
      return (
        may.has(name) && {
          owner: 'ann',
          params: { human_in_the_loop: true, permission_mode: 'approval' },
        }
      );
    };
    const { page, post, api } = await serving({ script: sends, relayed: { authorize } });
    expect((await post(input())).status).toBe(403);
    expect(api.requests()).toEqual([]);
    may.add('create');
    const ann = page();
    await ann.say('Write to Ada');
    const { id } = api.runs()[0]!;
    const [asked] = ann.agent.pendingInterrupts;
    const resume = [{ interruptId: asked!.id, ...yes }];
    const threadId = String(id);
    expect((await post(input({ threadId }))).status).toBe(403);
    expect((await post(input({ threadId, messages: [] }))).status).toBe(403);
    expect((await post(input({ threadId, resume }))).status).toBe(403);
    expect((await post({}, { path: `/${id}/stop` })).status).toBe(403);
    expect(seen.slice(-4)).toEqual([
      ['reply', id, { message: 'hi' }],
      ['watch', id, {}],
      ['decide', id, { request_id: asked!.id, decision: 'allow' }],
      ['stop', id, {}],
    ]);
  });

  it('asks by POST', async () => {
    const { url } = await serving({ script: hello });
    expect((await fetch(url)).status).toBe(404);
  });
});

describe('a run that goes on', () => {
  const hello: Script = function* () {
    yield* tool({ name: 'search' });
    yield* text('hello');
  };

  it('elsewhere, is seen from the beginning of its turn', async () => {
    const { page, relay, api } = await serving({ script: hello });
    const ann = page();
    await ann.say('hi');
    const { id } = api.runs()[0]!;
    await lastValueFrom(relay.reply(id, { message: 'again' }, { user_id: 'ann' }).pipe(toArray()));
    const before = ann.agent.messages;
    await ann.look();
    expect(ann.agent.messages.slice(0, before.length)).toEqual(before);
    expect(ann.text()).toBe('hellohello');
  });

  it('on whatever machine its client comes to', async () => {
    const { page, another, api } = await serving({ script: sends });
    const other = await another();
    const ann = page();
    await ann.say('Write to Ada');
    const { id } = ann.agent.pendingInterrupts[0]!;
    ann.agent.url = other;
    const told = await ann.answer({ interruptId: id, ...yes });
    expect(outcomeOf(told)).toBe('success');
    expect(ann.text()).toBe('May I?Sent.');
    // What was said on the one is not said again on the other.
    const reloaded = page({ threadId: ann.agent.threadId, messages: [ann.message('user')[0]!] });
    await reloaded.look();
    expect(reloaded.text()).toBe('May I?Sent.');
    expect(api.runs()).toHaveLength(1);
    expect(api.requests().filter(({ path }) => path.endsWith('/reply'))).toEqual([]);
  });

  it('where nothing is kept of it any more', async () => {
    const { page, another, api } = await serving({ script: hello });
    await page().say('hi');
    const ann = page({ threadId: String(api.runs()[0]!.id) });
    ann.agent.url = await another(memoryLog());
    jest.spyOn(console, 'error').mockImplementationOnce(() => {}); // theirs
    await expect(ann.look()).rejects.toThrow('HTTP 409');
    expect(outcomeOf(await ann.say('again'))).toBe('success');
    expect(ann.text()).toBe('hello');
    expect(api.runs()).toHaveLength(1);
  });

  it('is told what is said meanwhile, and answers it in its next turn', async () => {
    // A turn that is over before a relay has seen it begin cannot be told any more.
    const seen = new Subject<never>();
    const { page, api, relay } = await serving({
      pace: 20,
      script: ({ message }) =>
        message === 'one' ? text('one: ', 'a', 'b', 'c') : concat(from(text('two: ', 'abc')), seen),
    });
    const ann = page();
    const first = ann.say('one');
    while (ann.text() === '') await new Promise(setImmediate);
    const ben = page({ threadId: ann.agent.threadId });
    const second = ben.say('two');
    const { id } = api.runs()[0]!;
    const told = relay.watch(id, { user_id: 'ann' }).pipe(ofType('text-delta'));
    await firstValueFrom(told.pipe(filter(({ delta }) => delta === 'two: ')));
    seen.complete();
    expect(outcomeOf(await second)).toBe('success');
    expect(outcomeOf(await first)).toBe('success');
    expect(ann.text()).toBe('one: abc');
    expect(ben.text()).toBe('two: abc');
    expect(api.runs()).toHaveLength(1);
  });
});
