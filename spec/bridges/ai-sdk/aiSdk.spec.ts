import { lastValueFrom } from 'rxjs';
import { createClient } from 'm8tes-rx';
import {
  approval,
  plan,
  question,
  run,
  text,
  thinking,
  together,
  tool,
  wait,
  words,
  type LocalServer,
  type Script,
} from 'm8tes-rx/testing';
import { aiSdk, InvalidArgumentError } from 'm8tes-rx/ai-sdk';
import { memoryLog, type CreateRelayOptions, type RunLog } from 'm8tes-rx/relay';
import { AChat, chatting, type Chatting } from './chatting';
import { ai } from './theirs';

const idOf = ({ api }: Chatting): number => Number(api.runs()[0]!.id);

/** The API, as whoever else has its key. */
const elsewhere = ({ url }: LocalServer) => createClient({ baseUrl: url, apiKey: 'm8_test' }).runs;

/** May it send mail? It says what came of it. */
const mayI: Script = function* ({ turn, message }) {
  if (turn > 0) return yield* text(`You said ${message}.`);
  yield* text('May I?');
  const { decision, reason } = yield* approval({ tool_name: 'mail', display_name: 'Send mail' });
  yield* text(decision === 'allow' ? 'It was sent.' : `It was not sent: ${reason}.`);
};

const posts = ({ heard }: Chatting) => heard.filter(({ method }) => method === 'POST');

describe('a chat', () => {
  it('is a run, and each message is a turn of it', async () => {
    const site = await chatting(function* ({ turn, message }) {
      if (turn === 0) yield* [...thinking('Hm.'), ...text('Hel', 'lo')];
      else yield* text('Again: ', message);
    });
    const chat = new AChat(site);
    await chat.sendMessage({ text: 'Hi' });
    expect(chat.errors).toEqual([]);
    expect(chat.lines()).toEqual(['step-start', 'reasoning Hm.', 'text Hello']);
    expect(chat.lastMessage).toMatchObject({
      id: `${idOf(site)}.1`,
      metadata: { run_id: idOf(site) },
    });

    await chat.sendMessage({ text: 'And?' });
    expect(chat.errors).toEqual([]);
    expect(chat.lines()).toEqual(['step-start', 'text Again: And?']);
    expect(chat.lastMessage!.id).toBe(`${idOf(site)}.2`);
    expect(chat.messages).toHaveLength(4);
    expect(site.api.runs()).toHaveLength(1);
  });

  it('shows the tools of a run, with what may be seen of them', async () => {
    const script = run()
      .tool({ name: 'search', input: { q: 'a' }, result: ['b'] })
      .tool({ name: 'read', error: 'no such file' })
      .text('Done.')
      .done();
    const hidden = new AChat(await chatting(script));
    await hidden.sendMessage({ text: 'Hi' });
    expect(hidden.lines().slice(1)).toEqual([
      'search output-available null',
      'read output-available null',
      'text Done.',
    ]);
    const shown = new AChat(await chatting(script, { relay: { expose: 'all' } }));
    await shown.sendMessage({ text: 'Hi' });
    expect(shown.lines().slice(1)).toEqual([
      'search output-available ["b"]',
      'read output-error no such file',
      'text Done.',
    ]);
    expect(shown.lastMessage!.parts[1]).toMatchObject({
      input: { q: 'a' },
      providerExecuted: true,
    });
  });

  it('is told what fails', async () => {
    const site = await chatting(run().text('Half').failure('no credit'));
    const chat = new AChat(site);
    await chat.sendMessage({ text: 'Hi' });
    expect([chat.status, chat.errors]).toEqual(['error', ['no credit']]);
    expect(chat.lines()).toEqual(['step-start', 'text Half']);
  });

  it('is no second run when its first message is sent twice', async () => {
    const site = await chatting(function* () {
      yield* text(...words('one two three'));
    });
    const body = {
      id: 'c',
      trigger: 'submit-message',
      messages: [{ id: 'm', role: 'user', parts: [{ type: 'text', text: 'Hi' }] }],
    };
    const post = () =>
      fetch(site.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }).then((response) => response.text());
    const [one, two] = await Promise.all([post(), post()]);
    expect(one).toContain('three');
    expect(two).toContain('three');
    expect(await post()).toContain('three');
    expect(site.api.runs()).toHaveLength(1);
    expect(site.api.requests().filter(({ route }) => route === 'reply')).toEqual([]);
  });

  it.each([0, 1, 2])(
    'is told again, where no more than %d of its names could be kept at first',
    async (count) => {
      const log = memoryLog();
      let left = count;
      const acquire: RunLog['acquire'] = (run, ...how) =>
        run.startsWith('name-') && left-- <= 0
          ? Promise.reject(new Error('the log is away'))
          : log.acquire(run, ...how);
      const site = await chatting(mayI, { relay: { log: { ...log, acquire } } });
      const post = () =>
        fetch(site.url, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({
            id: 'c',
            messages: [{ id: 'm', role: 'user', parts: [{ type: 'text', text: 'Hi' }] }],
          }),
        });
      const first = await post();
      expect(first.status).toBe(count < 2 ? 500 : 200);
      await first.text();
      left = Infinity;
      const again = await post();
      expect(again.status).toBe(200);
      expect(await again.text()).toContain('tool-approval-request');
      expect(site.api.runs()).toHaveLength(1);
      expect(site.api.requests().filter(({ route }) => route === 'reply')).toEqual([]);
    },
  );

  it('is another turn when it is asked to do it once more', async () => {
    const site = await chatting(function* ({ turn, message }) {
      yield* text(`${message} ${turn}`);
    });
    const chat = new AChat(site);
    await chat.sendMessage({ text: 'Hi' });
    expect(chat.lines()).toEqual(['step-start', 'text Hi 0']);
    await chat.regenerate();
    expect(chat.lines()).toEqual(['step-start', 'text Hi 1']);
    await chat.regenerate();
    expect(chat.lines()).toEqual(['step-start', 'text Hi 2']);
    await chat.sendMessage({ text: 'Ho', messageId: chat.messages[0]!.id });
    expect(chat.lines()).toEqual(['step-start', 'text Ho 3']);
    expect(chat.messages).toHaveLength(2);
    expect(chat.errors).toEqual([]);
    expect(site.api.runs()).toHaveLength(1);
  });

  it('goes on by its name where its messages do not say what run it is of', async () => {
    const site = await chatting(function* ({ turn, message }) {
      yield* text(`${message} ${turn}`);
    });
    await new AChat(site, { id: 'mine' }).sendMessage({ text: 'Hi' });
    const other = new AChat(site, { id: 'mine' });
    await other.sendMessage({ text: 'Ho' });
    expect(other.lines()).toEqual(['step-start', 'text Ho 1']);
    const third = new AChat(site, { id: String(idOf(site)) });
    await third.sendMessage({ text: 'Hu' });
    expect(third.lines()).toEqual(['step-start', 'text Hu 2']);
    expect(site.api.runs()).toHaveLength(1);
  });
});

describe('people', () => {
  it.each([
    [true, ['mail (Send mail) output-available yes null', 'step-start', 'text It was sent.']],
    [false, ['mail (Send mail) output-denied no', 'step-start', 'text It was not sent: later.']],
  ])('allow a tool, in the same message: %s', async (approved, lines) => {
    const site = await chatting(mayI);
    const chat = new AChat(site);
    await chat.sendMessage({ text: 'Hi' });
    expect(chat.lines().slice(1)).toEqual(['text May I?', 'mail (Send mail) approval-requested']);
    const { id } = chat.lastMessage!;

    await chat.addToolApprovalResponse({ id: chat.approvals()[0]!, approved, reason: 'later' });
    await chat.until(() => posts(site).length === 2);
    await chat.idle();
    expect(chat.errors).toEqual([]);
    expect(chat.lines()).toEqual(['step-start', 'text May I?', ...lines]);
    expect(chat.lastMessage!.id).toBe(id);

    await chat.sendMessage({ text: 'Ho' });
    expect(chat.lines()).toEqual(['step-start', 'text You said Ho.']);
    expect(chat.messages).toHaveLength(4);
    expect(posts(site)).toHaveLength(3);
  });

  it.each([
    ["the AI SDK's own condition", ai.lastAssistantMessageIsCompleteWithApprovalResponses],
    ['ours', undefined],
  ])('allow two tools at once, and more after them, by %s', async (_, condition) => {
    const site = await chatting(function* () {
      const [a, b] = yield* together(
        approval({ tool_name: 'mail', display_name: 'Send mail' }),
        approval({ tool_name: 'call', display_name: 'Call' }),
      );
      yield* text(`${a.decision}, ${b.decision}`);
      const { decision } = yield* approval({ tool_name: 'pay', display_name: 'Pay' });
      yield* text(decision);
    });
    const chat = new AChat(site, condition && { sendAutomaticallyWhen: condition });
    await chat.sendMessage({ text: 'Hi' });
    const [first, second] = chat.approvals();
    await chat.addToolApprovalResponse({ id: second!, approved: false });
    expect(posts(site)).toHaveLength(1);
    await chat.addToolApprovalResponse({ id: first!, approved: true });
    await chat.until(() => chat.approvals().length === 1);
    await chat.idle();
    await chat.addToolApprovalResponse({ id: chat.approvals()[0]!, approved: true });
    await chat.until(() => chat.lines().includes('text allow'));
    await chat.idle();
    expect(chat.errors).toEqual([]);
    expect(chat.lines()).toEqual([
      'step-start',
      'mail (Send mail) output-available yes null',
      'call (Call) output-denied no',
      'step-start',
      'text allow, deny',
      'pay (Pay) output-available yes null',
      'step-start',
      'text allow',
    ]);
    expect(posts(site)).toHaveLength(3);
    expect(chat.messages).toHaveLength(2);
  });

  it.each([
    ['text', 'Red'],
    ['a text by question', { 'Which?': 'Red' }],
    ['a list', ['Red']],
  ])('answer a question by %s', async (_, output) => {
    const site = await chatting(function* () {
      const answer = yield* question({ question: 'Which?', options: ['Red', 'Blue'] });
      yield* text(`It is ${answer}.`);
    });
    const chat = new AChat(site, {
      sendAutomaticallyWhen: ai.lastAssistantMessageIsCompleteWithToolCalls,
    });
    await chat.sendMessage({ text: 'Hi' });
    expect(chat.lastMessage!.parts[1]).toMatchObject({
      input: {
        questions: [{ question: 'Which?', options: [{ label: 'Red' }, { label: 'Blue' }] }],
      },
    });
    await chat.addToolOutput({ tool: 'ask', toolCallId: chat.questions()[0]!, output });
    await chat.until(() => posts(site).length === 2);
    await chat.idle();
    expect(chat.errors).toEqual([]);
    expect(
      chat
        .lines()
        .slice(1)
        .map((line) => line.replace(/ \(.*?\)/, '')),
    ).toEqual([`ask output-available ${JSON.stringify(output)}`, 'step-start', 'text It is Red.']);
    expect(posts(site)).toHaveLength(2);
  });

  it.each([
    [true, undefined, 'Approve', 'ask output-available yes "Approve"'],
    [false, 'less', 'Revise: less', 'ask output-denied no'],
    [false, undefined, 'Revise', 'ask output-denied no'],
  ])('approve a plan: %s, %s', async (approved, reason, answer, line) => {
    const site = await chatting(function* () {
      const decided = yield* plan('1. Do it');
      yield* text(decided.answer);
    });
    const chat = new AChat(site);
    await chat.sendMessage({ text: 'Hi' });
    expect(chat.lastMessage!.parts[1]).toMatchObject({ input: { plan: '1. Do it' } });
    await chat.addToolApprovalResponse({
      id: chat.approvals()[0]!,
      approved,
      ...(reason && { reason }),
    });
    await chat.until(() => posts(site).length === 2);
    await chat.idle();
    expect(chat.errors).toEqual([]);
    expect(
      chat
        .lines()
        .slice(1)
        .map((one) => one.replace(/ \(.*?\)/, '')),
    ).toEqual([line, 'step-start', `text ${answer}`]);
  });

  it('may answer a plan in their own words', async () => {
    const site = await chatting(function* () {
      const decided = yield* plan('1. Do it');
      yield* text(decided.answer);
    });
    const chat = new AChat(site);
    await chat.sendMessage({ text: 'Hi' });
    const toolCallId = chat.approvals()[0]!;
    await chat.addToolOutput({ tool: 'ask', toolCallId, output: 'Revise: twice' });
    await chat.until(() => posts(site).length === 2);
    await chat.idle();
    expect(chat.errors).toEqual([]);
    expect(chat.lines().slice(-1)).toEqual(['text Revise: twice']);
  });

  it('are asked again where only a part of it was answered', async () => {
    const site = await chatting(function* () {
      const [answer, { decision }] = yield* together(
        question({ question: 'Which?' }),
        approval({ tool_name: 'mail', display_name: 'Send mail' }),
      );
      yield* text(`${answer}, ${decision}`);
    });
    const chat = new AChat(site, {
      sendAutomaticallyWhen: (all) =>
        ai.lastAssistantMessageIsCompleteWithToolCalls(all) ||
        ai.lastAssistantMessageIsCompleteWithApprovalResponses(all),
    });
    await chat.sendMessage({ text: 'Hi' });
    await chat.addToolOutput({ tool: 'ask', toolCallId: chat.questions()[0]!, output: 'Red' });
    await chat.until(() => posts(site).length === 2);
    await chat.idle();
    expect(chat.errors).toEqual([]);
    await chat.addToolApprovalResponse({ id: chat.approvals()[0]!, approved: true });
    await chat.until(() => posts(site).length === 3);
    await chat.idle();
    expect(chat.errors).toEqual([]);
    expect(chat.lines().slice(-1)).toEqual(['text Red, allow']);
    expect(posts(site)).toHaveLength(3);
  });

  it.each([
    ['alike', 'allow', 'mail (Send mail) output-available yes null', 'text It was sent.'],
    ['otherwise', 'deny', 'mail (Send mail) output-denied no', 'text It was not sent: mine.'],
  ] as const)('hear what somebody else has decided before, %s', async (_, decision, line, said) => {
    const site = await chatting(mayI);
    const chat = new AChat(site);
    await chat.sendMessage({ text: 'Hi' });
    const [request_id] = chat.approvals();
    const approving = { request_id: request_id!, decision, reason: 'mine' };
    await lastValueFrom(elsewhere(site.api).approve(idOf(site), approving));
    await chat.addToolApprovalResponse({ id: request_id!, approved: true });
    await chat.until(() => posts(site).length === 2);
    await chat.idle();
    expect(chat.errors).toEqual([]);
    expect(chat.lines().slice(2)).toEqual([line, 'step-start', said]);
  });

  it('hear that somebody else has answered', async () => {
    const site = await chatting(function* () {
      yield* text(yield* question({ question: 'Which?' }));
    });
    const chat = new AChat(site);
    await chat.sendMessage({ text: 'Hi' });
    const [request_id] = chat.questions();
    const answering = { request_id: request_id!, answers: { 'Which?': 'Blue' } };
    await lastValueFrom(elsewhere(site.api).answer(idOf(site), answering));
    await chat.addToolOutput({ tool: 'ask', toolCallId: request_id!, output: 'Red' });
    await chat.until(() => posts(site).length === 2);
    await chat.idle();
    expect(chat.errors).toEqual([]);
    expect(chat.lines().slice(1)).toEqual([
      expect.stringMatching(/^ask .*output-error this has been answered already/),
      'step-start',
      'text Blue',
    ]);
  });

  it('answer once, however often one message says it', async () => {
    const site = await chatting(mayI);
    const chat = new AChat(site);
    await chat.sendMessage({ text: 'Hi' });
    const { id, metadata } = chat.lastMessage!;
    const part = { type: 'dynamic-tool', toolName: 'mail', state: 'approval-responded', input: {} };
    const approval = { id: chat.approvals()[0]!, approved: true };
    const parts = ['a', 'b', 'c'].map((toolCallId) => ({ ...part, toolCallId, approval }));
    const response = await fetch(site.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ id: chat.id, messages: [{ id, role: 'assistant', metadata, parts }] }),
    });
    expect(await response.text()).toContain('It was sent.');
    expect(site.api.requests().filter(({ route }) => route === 'approve')).toHaveLength(1);
  });

  it('answer what nobody asks any more', async () => {
    const site = await chatting(mayI);
    const chat = new AChat(site);
    await chat.sendMessage({ text: 'Hi' });
    await lastValueFrom(elsewhere(site.api).cancel(idOf(site)));
    await chat.addToolApprovalResponse({ id: chat.approvals()[0]!, approved: true });
    await chat.until(() => posts(site).length === 2);
    await chat.idle();
    expect(chat.errors).toEqual([]);
    expect(chat.lines().slice(2, 3)).toEqual([
      expect.stringMatching(/^mail .* output-error yes this has been answered already/),
    ]);
  });

  it('answer once, however often it is sent', async () => {
    const site = await chatting(mayI);
    const chat = new AChat(site);
    await chat.sendMessage({ text: 'Hi' });
    await chat.addToolApprovalResponse({ id: chat.approvals()[0]!, approved: true });
    await chat.until(() => posts(site).length === 2);
    await chat.idle();
    const lines = chat.lines();
    const sent = posts(site)[1]!.body;
    const again = await fetch(site.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: sent,
    });
    expect(await again.text()).toContain('It was sent.');
    // And by the client, which has the answer's answer already.
    const { messages } = JSON.parse(sent) as { readonly messages: AChat['messages'] };
    const other = new AChat(site, { id: chat.id, messages: [messages[0]!, chat.lastMessage!] });
    await other.sendMessage();
    expect(other.errors).toEqual([]);
    expect(other.lines()).toEqual(lines);
  });
});

describe('a reload', () => {
  /** Waits where it is told to, between its words. */
  const slowly: Script = function* () {
    yield* text('One ');
    yield* wait(300);
    yield* text('two.');
  };

  it.each([
    ['with its messages', true],
    ['with none', false],
  ])('has the message from its beginning, then live, %s', async (_, isKept) => {
    const site = await chatting(slowly);
    const chat = new AChat(site);
    void chat.sendMessage({ text: 'Hi' });
    await chat.until(() => chat.lines().some((line) => line.startsWith('text One')));
    const other = new AChat(site, { id: chat.id, messages: isKept ? chat.messages : [] });
    await other.resumeStream();
    await chat.idle();
    expect(other.errors).toEqual([]);
    expect(other.lines()).toEqual(['step-start', 'text One ', 'text two.']);
    expect(other.lastMessage).toEqual(chat.lastMessage);
    expect(other.messages).toHaveLength(isKept ? 2 : 1);

    // And when it is over, there is nothing to come back for.
    const third = new AChat(site, { id: chat.id });
    await third.until(async () => true);
    await third.resumeStream();
    expect([third.status, third.errors, third.messages]).toEqual(['ready', [], []]);
    expect(site.heard.at(-1)!.status()).toBe(204);
  });

  it('has what is asked, and answers it', async () => {
    const site = await chatting(mayI);
    const chat = new AChat(site);
    await chat.sendMessage({ text: 'Hi' });
    const other = new AChat(site, { id: chat.id, messages: chat.messages });
    await other.resumeStream();
    expect(other.lines()).toEqual(chat.lines());
    expect(other.messages).toHaveLength(2);
    await other.addToolApprovalResponse({ id: other.approvals()[0]!, approved: true });
    await other.until(() => posts(site).length === 2);
    await other.idle();
    expect(other.lines().slice(-1)).toEqual(['text It was sent.']);
  });

  it('has what was answered, and what came of it, as one message', async () => {
    const site = await chatting(function* () {
      yield* text('May I?');
      yield* approval({ tool_name: 'mail', display_name: 'Send mail' });
      yield* tool({ name: 'mail', id: 'mailing' });
      yield* text('Sent, ');
      yield* wait(300);
      yield* text('and read.');
      yield* approval({ tool_name: 'call', display_name: 'Call' });
      yield* text('Called.');
    });
    const chat = new AChat(site);
    await chat.sendMessage({ text: 'Hi' });
    await chat.addToolApprovalResponse({ id: chat.approvals()[0]!, approved: true });
    await chat.until(() => chat.lines().some((line) => line.startsWith('text Sent')));
    const other = new AChat(site, { id: chat.id, messages: chat.messages });
    await other.resumeStream();
    expect(other.errors).toEqual([]);
    expect(other.messages).toHaveLength(2);
    expect(other.lines()).toEqual([
      'step-start',
      'text May I?',
      'mail (Send mail) approval-responded yes',
      'step-start',
      'mail output-available null',
      'text Sent, ',
      'text and read.',
      'call (Call) approval-requested',
    ]);
    await other.addToolApprovalResponse({ id: other.approvals()[0]!, approved: true });
    await other.until(() => other.lines().includes('text Called.'));
    await other.idle();
    expect(other.errors).toEqual([]);
  });

  it('finds nothing where there is no such chat', async () => {
    const site = await chatting(slowly);
    const chat = new AChat(site, { id: 'nobody knows' });
    await chat.resumeStream();
    expect([chat.status, chat.errors]).toEqual(['ready', []]);
  });
});

describe('a message that is sent while the run', () => {
  it('waits for people, is refused: they are to answer first', async () => {
    const site = await chatting(mayI);
    const chat = new AChat(site);
    await chat.sendMessage({ text: 'Hi' });
    await chat.sendMessage({ text: 'Ho' });
    expect(JSON.parse(chat.errors[0]!)).toMatchObject({
      error: { code: 409, error_code: 'run_awaiting_approval' },
    });
    const [request_id] = chat.messages[1]!.parts.flatMap((part) =>
      part.type === 'dynamic-tool' && part.approval ? [part.approval.id] : [],
    );
    await chat.addToolApprovalResponse({ id: request_id!, approved: true });
    await chat.sendMessage();
    expect(JSON.stringify(chat.messages[1]!.parts)).toContain('It was sent.');
    expect(chat.status).toBe('ready');
  });

  it('works, is its next turn', async () => {
    const site = await chatting(function* ({ turn, message }) {
      yield* text(`${message} ${turn}`);
      yield* wait(turn === 0 ? 1_500 : 500);
    });
    const chat = new AChat(site);
    const sent = chat.sendMessage({ text: 'Hi' });
    await chat.until(() => chat.lines().some((line) => line.startsWith('text Hi 0')));
    const other = new AChat(site, { id: chat.id });
    await other.sendMessage({ text: 'Ho' });
    await sent;
    expect(other.errors).toEqual([]);
    expect(other.lines()).toEqual(['step-start', 'text Ho 1']);
    expect(other.lastMessage!.id).toBe(`${idOf(site)}.2`);
    expect(chat.lines()).toEqual(['step-start', 'text Hi 0']);
  });
});

describe('whoever leaves', () => {
  it('only leaves; the run goes on', async () => {
    const site = await chatting(function* () {
      yield* text('One ');
      yield* wait(100);
      yield* text('two.');
    });
    const chat = new AChat(site);
    void chat.sendMessage({ text: 'Hi' });
    await chat.until(() => chat.lines().some((line) => line.startsWith('text One')));
    await chat.stop();
    await chat.until(() => site.api.runs()[0]!.status === 'completed');
    expect(chat.errors).toEqual([]);
  });

  it('stops it by an act of its own, for all who watch', async () => {
    const site = await chatting(function* () {
      yield* text('One ');
      yield* wait(Infinity);
    });
    const chat = new AChat(site, { id: 'a chat/?' });
    const sent = chat.sendMessage({ text: 'Hi' });
    await chat.until(() => chat.lines().some((line) => line.startsWith('text One')));
    const stopped = await fetch(`${site.url}/${encodeURIComponent(chat.id)}/stop`, {
      method: 'POST',
    });
    expect(stopped.status).toBe(204);
    await sent;
    expect([chat.status, chat.errors]).toEqual(['ready', []]);
    expect(site.api.runs()).toMatchObject([{ status: 'cancelled' }]);
  });
});

describe('a run that cannot be told to its end', () => {
  it.each<[string, Partial<CreateRelayOptions>, (site: Chatting) => unknown]>([
    ['whose log is full', { log: memoryLog({ limit: 400 }) }, () => {}],
    ['whose relay is closed', {}, ({ relay }) => relay.close()],
  ])('is an error, and never whole: %s', async (_, relay, happens) => {
    const site = await chatting(
      function* () {
        yield* text(...words('One two three four five six seven eight nine ten'));
        yield* wait(Infinity);
      },
      { relay },
    );
    const chat = new AChat(site);
    const sent = chat.sendMessage({ text: 'Hi' });
    await chat.until(() => chat.lines().some((line) => line.startsWith('text One')));
    await happens(site);
    await sent;
    expect(chat.status).toBe('error');
    expect(chat.errors).toEqual([expect.stringMatching(/could not be streamed any further/)]);
    expect(chat.lines()[1]).toMatch(/^text One .*[^…]$/);
  });
});

describe('a request', () => {
  const user = (...parts: readonly object[]) => ({ id: 'm', role: 'user', parts });
  const hi = user({ type: 'text', text: 'Hi' });
  const post = (site: Chatting, body: unknown, headers: Record<string, string> = {}) =>
    fetch(site.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });

  it.each<[string, unknown, number, RegExp]>([
    ['is no JSON', '{', 400, /no JSON/],
    ['is no object', [], 422, /an object/],
    ['has no id', { messages: [hi] }, 422, /^id must/],
    ['has a book for an id', { id: 'x'.repeat(300), messages: [hi] }, 422, /^id must/],
    ['has no messages', { id: 'c' }, 422, /^messages must be a list/],
    ['has none', { id: 'c', messages: [] }, 422, /^messages must be a list/],
    ['has odd ones', { id: 'c', messages: [7] }, 422, /^messages must be a list/],
    [
      'has one without an id',
      { id: 'c', messages: [{ ...hi, id: 1 }] },
      422,
      /^messages must have ids/,
    ],
    ['wants something else', { id: 'c', messages: [hi], trigger: 'x' }, 422, /^trigger must/],
    [
      'names a run by what is no text',
      {
        id: 'c',
        messages: [{ id: 'm', role: 'assistant', metadata: { run_id: { toString: 1 } } }],
      },
      422,
      /must end with/,
    ],
    [
      'says nothing',
      { id: 'c', messages: [user({ type: 'text', text: ' ' })] },
      422,
      /says something/,
    ],
    [
      'brings a file',
      { id: 'c', messages: [user({ type: 'file', url: 'data:,' })] },
      422,
      /no files/,
    ],
    [
      'ends with a system',
      { id: 'c', messages: [{ ...hi, role: 'system' }] },
      422,
      /must end with/,
    ],
    [
      'answers nothing',
      { id: 'c', messages: [{ ...hi, role: 'assistant' }] },
      422,
      /must end with/,
    ],
  ])('that %s is refused before anything is sent', async (_, body, status, message) => {
    const site = await chatting(mayI);
    const response = await post(site, body);
    const { error } = (await response.json()) as { readonly error: { readonly message: string } };
    expect(response.status).toBe(status);
    if (status === 422 && !Array.isArray(body)) expect(error.message).toMatch(message);
    expect(site.api.requests()).toEqual([]);
  });

  it.each([
    ['GET', ''],
    ['DELETE', ''],
    ['POST', '/c/stream'],
    ['GET', '/c/stop'],
    ['GET', '/%ff/stream'],
  ])('of another kind is refused: %s %s', async (method, path) => {
    const site = await chatting(mayI);
    const { status } = await fetch(site.url + path, { method });
    expect(status).toBe(path.includes('%') ? 422 : 404);
  });

  it('of another page’s form is refused', async () => {
    const site = await chatting(mayI);
    const body = { id: 'c', messages: [hi] };
    expect((await post(site, body, { 'content-type': 'text/plain' })).status).toBe(415);
    const stop = await fetch(`${site.url}/c/stop`, {
      method: 'POST',
      headers: { origin: 'https://evil.test', 'sec-fetch-site': 'cross-site' },
    });
    expect(stop.status).toBe(415);
  });

  /** Whoever says who they are is that user, and may do all with runs of their own. */
  const users = {
    authorize: (request: Request) => {
      const user_id = request.headers.get('x-user');
      return user_id === null ? undefined : { owner: user_id, params: { user_id } };
    },
  };
  const as = (
    site: Chatting,
    name: string | undefined,
    chat: string,
    messages: AChat['messages'] = [],
  ) =>
    new AChat(site, {
      id: chat,
      messages,
      transport: new ai.DefaultChatTransport({
        api: site.url,
        ...(name !== undefined && { headers: { 'x-user': name } }),
      }),
    });

  it('of nobody is refused, in words that the page can show', async () => {
    const site = await chatting(mayI, { relay: users });
    const chat = as(site, undefined, 'c');
    await chat.sendMessage({ text: 'Hi' });
    expect(chat.status).toBe('error');
    expect(JSON.parse(chat.errors[0]!)).toEqual({
      error: { type: 'forbidden', code: 403, message: 'you may not do this' },
    });
    expect(site.api.requests()).toEqual([]);
  });

  it('reaches no run of somebody else, whatever it says that it has', async () => {
    const site = await chatting(mayI, {
      relay: {
        authorize: (request) => {
          const grant = users.authorize(request);
          const asking = { human_in_the_loop: true, permission_mode: 'approval' } as const;
          return grant && { ...grant, params: { ...grant.params, ...asking } };
        },
      },
    });
    const hers = as(site, 'ann', 'hers');
    await hers.sendMessage({ text: 'Hi' });
    expect(hers.approvals()).toHaveLength(1);
    const id = idOf(site);

    const statuses: (number | undefined)[] = [];
    const his = as(site, 'bob', 'hers', hers.messages);
    await his.addToolApprovalResponse({ id: his.approvals()[0]!, approved: true });
    await his.until(() => his.status === 'error');
    statuses.push(site.heard.at(-1)!.status());
    await as(site, 'bob', 'hers', hers.messages).sendMessage({ text: 'Ho' });
    statuses.push(site.heard.at(-1)!.status());
    await as(site, 'bob', String(id)).sendMessage({ text: 'Ho' });
    statuses.push(site.heard.at(-1)!.status());
    await as(site, 'bob', String(id)).resumeStream();
    statuses.push(site.heard.at(-1)!.status());
    const stop = (name: string, chat: string) =>
      fetch(`${site.url}/${chat}/stop`, { method: 'POST', headers: { 'x-user': name } });
    statuses.push((await stop('bob', String(id))).status, (await stop('bob', 'hers')).status);
    expect(statuses).toEqual([404, 404, 404, 404, 404, 404]);
    // Her name for it is hers.
    await as(site, 'bob', 'hers').resumeStream();
    expect(site.heard.at(-1)!.status()).toBe(204);
    expect(site.api.runs()).toMatchObject([{ status: 'awaiting_approval' }]);
    expect((await stop('ann', 'hers')).status).toBe(204);
    expect(site.api.runs()).toMatchObject([{ status: 'cancelled' }]);
  });

  it('is answered as the protocol has it', async () => {
    const site = await chatting(run().text('Hi').done());
    const response = await post(site, { id: 'c', messages: [hi] });
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache',
      'x-vercel-ai-ui-message-stream': 'v1',
      'x-accel-buffering': 'no',
    });
    const lines = (await response.text()).split('\n\n').filter((line) => !line.startsWith(':'));
    expect(lines.every((line) => line === '' || /^data: \S/.test(line))).toBe(true);
    expect(lines.slice(-3)).toEqual([
      'data: {"type":"finish","finishReason":"stop"}',
      'data: [DONE]',
      '',
    ]);
  });
});

describe('aiSdk', () => {
  it('refuses options that cannot be used', async () => {
    const { relay } = await chatting(mayI);
    expect(() => aiSdk(relay, { keepAlive: 0 })).toThrow(InvalidArgumentError);
  });
});
