/** One waiting run, answered at once from the AI SDK, from AG-UI, and by the relay's own route. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HttpAgent } from '@ag-ui/client';
import type { BaseEvent, ResumeEntry } from '@ag-ui/core';
import { lastValueFrom, reduce } from 'rxjs';
import { ApiError, createClient } from 'm8tes-rx';
import { agUi } from 'm8tes-rx/ag-ui';
import { memoryLog, toNode } from 'm8tes-rx/relay';
import { approval, question, text, together, type Script } from 'm8tes-rx/testing';
import { AChat, chatting, type Chatting } from './ai-sdk/chatting';

jest.setTimeout(30_000); // on a machine that others use

const closings: (() => unknown)[] = [];
afterEach(() => {
  for (const close of closings.splice(0)) close();
});

type Sent = BaseEvent & { readonly [field: string]: unknown };

/** The same relay, to a client of AG-UI, and to one of its own. */
const others = async ({ relay, api }: Chatting) => {
  const agents = agUi(relay);
  const server = createServer(
    toNode((request) => (/agent$/.test(request.url) ? agents(request) : relay.handler(request))),
  ).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closings.push(() => {
    server.close();
    server.closeAllConnections();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const run_id = api.runs()[0]!.id;
  const agent = new HttpAgent({ url: `${url}/agent`, threadId: String(run_id) });
  await agent.runAgent();
  const resume = async (entries: ResumeEntry[]): Promise<readonly Sent[]> => {
    const told: Sent[] = [];
    agent.subscribe({ onEvent: ({ event }) => void told.push(event) });
    await agent.runAgent({ resume: entries });
    return told;
  };
  const said = () =>
    agent.messages.map(({ role, content }) => (role === 'assistant' ? content : '')).join('');
  return { run_id, agent, resume, said, runs: createClient({ relay: `${url}/console` }).runs };
};

/** What the others were told of a decision that was not theirs, request by request. */
const elsewhere = (told: readonly Sent[]) =>
  told.flatMap(({ name, value }) => (name === 'decided_elsewhere' ? [value] : []));

const codeOf = (sent: Promise<unknown>): Promise<string | undefined> =>
  sent.then(
    () => undefined,
    (error: unknown) => (error instanceof ApiError ? error.code : String(error)),
  );

/** All of them, in every order, each as soon as the one before has asked. */
const orders = [
  ['chat', 'agent', 'route'],
  ['agent', 'route', 'chat'],
  ['route', 'chat', 'agent'],
] as const;

const atOnce = <A>(
  order: readonly (keyof A)[],
  answers: A & { readonly [door in keyof A]: () => Promise<unknown> },
): Promise<void> => Promise.all(order.map((door) => answers[door]())).then(() => undefined);

describe('a run that waits for people', () => {
  it.each(orders)('hears the first that allows or denies: %s, %s, %s', async (...order) => {
    const script: Script = function* () {
      const { decision } = yield* approval({ tool_name: 'mail', display_name: 'Send mail' });
      yield* text(decision);
    };
    const site = await chatting(script);
    const chat = new AChat(site);
    await chat.sendMessage({ text: 'Hi' });
    const { run_id, agent, resume, said, runs } = await others(site);
    const request_id = chat.approvals()[0]!;
    expect(agent.pendingInterrupts.map(({ id }) => id)).toEqual([request_id]);

    let told: readonly Sent[] = [];
    let code: string | undefined;
    await atOnce(order, {
      chat: async () => {
        await chat.addToolApprovalResponse({ id: request_id, approved: true });
        await chat.until(() => chat.lines().some((line) => line.startsWith('text ')));
        await chat.idle();
      },
      agent: async () => {
        told = await resume([{ interruptId: request_id, status: 'cancelled' }]);
      },
      route: async () => {
        code = await codeOf(lastValueFrom(runs.approve(run_id, { request_id, decision: 'deny' })));
      },
    });

    const outcome = said();
    expect(['allow', 'deny']).toContain(outcome);
    const isAllowed = outcome === 'allow';
    expect(chat.errors).toEqual([]);
    expect(chat.lines().slice(1)).toEqual([
      `mail (Send mail) ${isAllowed ? 'output-available yes null' : 'output-denied no'}`,
      'step-start',
      `text ${outcome}`,
    ]);
    expect(elsewhere(told)).toEqual(isAllowed ? [{ request_id, status: 'allowed' }] : []);
    expect(code).toBe(isAllowed ? 'gate_resolved_otherwise' : undefined);
    expect(agent.pendingInterrupts).toEqual([]);
    expect(site.api.runs()).toMatchObject([{ status: 'completed' }]);
  });

  it.each(orders)('hears one answer to a question: %s, %s, %s', async (...order) => {
    const site = await chatting(function* () {
      yield* text(yield* question({ question: 'Which?', options: ['Red', 'Blue', 'Green'] }));
    });
    const chat = new AChat(site);
    await chat.sendMessage({ text: 'Hi' });
    const { run_id, resume, said, runs } = await others(site);
    const request_id = chat.questions()[0]!;

    let told: readonly Sent[] = [];
    let code: string | undefined;
    await atOnce(order, {
      chat: async () => {
        await chat.addToolOutput({ tool: 'ask', toolCallId: request_id, output: 'Red' });
        await chat.until(() => chat.lines().some((line) => line.startsWith('text ')));
        await chat.idle();
      },
      agent: async () => {
        told = await resume([{ interruptId: request_id, status: 'resolved', payload: 'Blue' }]);
      },
      route: async () => {
        const answers = { 'Which?': 'Green' };
        code = await codeOf(lastValueFrom(runs.answer(run_id, { request_id, answers })));
      },
    });

    const outcome = said();
    expect(['Red', 'Blue', 'Green']).toContain(outcome);
    expect(chat.errors).toEqual([]);
    expect(chat.lines().at(-1)).toBe(`text ${outcome}`);
    expect(chat.lines()[1]).toMatch(outcome === 'Red' ? /output-available/ : /output-error/);
    expect(elsewhere(told)).toHaveLength(outcome === 'Blue' ? 0 : 1);
    expect(code).toBe(outcome === 'Green' ? undefined : 'run_not_awaiting');
  });

  it('hears the first to each of two requests, who may be different people', async () => {
    const site = await chatting(function* () {
      const [mail, call] = yield* together(
        approval({ tool_name: 'mail', display_name: 'Send mail' }),
        approval({ tool_name: 'call', display_name: 'Call' }),
      );
      yield* text(`${mail.decision}, ${call.decision}`);
    });
    const chat = new AChat(site);
    await chat.sendMessage({ text: 'Hi' });
    const { run_id, resume, said, runs } = await others(site);
    const [mail, call] = chat.approvals() as [string, string];
    await lastValueFrom(runs.approve(run_id, { request_id: mail, decision: 'deny' }));

    let told: readonly Sent[] = [];
    const both = async () => {
      await chat.addToolApprovalResponse({ id: mail, approved: true });
      await chat.addToolApprovalResponse({ id: call, approved: true });
      await chat.until(() => chat.lines().some((line) => line.startsWith('text ')));
      await chat.idle();
    };
    const denied = async () => {
      told = await resume([
        { interruptId: mail, status: 'resolved', payload: { approved: true } },
        { interruptId: call, status: 'cancelled' },
      ]);
    };
    await Promise.all([both(), denied()]);

    const outcome = said();
    expect(outcome).toMatch(/^deny, (allow|deny)$/);
    const isCalled = outcome.endsWith('allow');
    expect(chat.errors).toEqual([]);
    expect(chat.lines().slice(1)).toEqual([
      'mail (Send mail) output-denied no',
      `call (Call) ${isCalled ? 'output-available yes null' : 'output-denied no'}`,
      'step-start',
      `text ${outcome}`,
    ]);
    expect(elsewhere(told)).toEqual([
      { request_id: mail, status: 'denied' },
      ...(isCalled ? [{ request_id: call, status: 'allowed' }] : []),
    ]);
  });
});

describe('a run that is over', () => {
  it('keeps the turn of each of two who reply at once, and goes on', async () => {
    const site = await chatting(function* ({ turn, message }) {
      yield* text(`${turn}: ${message}. `);
    });
    const chat = new AChat(site);
    await chat.sendMessage({ text: 'Hi' });
    const { run_id, agent } = await others(site);
    agent.addMessage({ id: 'agent', role: 'user', content: 'Ho' });
    await Promise.all([chat.sendMessage({ text: 'Ho' }), agent.runAgent()]);
    expect(chat.errors).toEqual([]);
    await chat.sendMessage({ text: 'Hey' });
    expect(chat.errors).toEqual([]);
    expect(chat.lines()).toEqual(['step-start', 'text 3: Hey. ']);
    const whole = await lastValueFrom(
      site.relay
        .watch(run_id)
        .pipe(reduce((all, event) => all + (event.type === 'text-delta' ? event.delta : ''), '')),
    );
    expect(whole).toBe('0: Hi. 1: Ho. 2: Ho. 3: Hey. ');
  });

  it('tells what is said next, though the log took no more of it', async () => {
    const script: Script = function* ({ turn, message }) {
      yield* text(`${turn}: ${message}${turn === 0 ? 'x'.repeat(500) : ''}`);
    };
    const site = await chatting(script, { relay: { log: memoryLog({ limit: 400 }) } });
    const chat = new AChat(site);
    await chat.sendMessage({ text: 'Hi' });
    expect(chat.errors).toHaveLength(1);
    await chat.sendMessage({ text: 'Ho' });
    expect(chat.errors).toHaveLength(1);
    expect(chat.lines()).toEqual(['step-start', 'text 1: Ho']);
    const run_id = site.api.runs()[0]!.id;
    const post = {
      ...{ threadId: String(run_id), runId: 'r' },
      messages: [{ id: 'm', role: 'user', content: 'Hey' }],
    };
    const response = await agUi(site.relay)(
      new Request('https://page.test/agent', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(post),
      }),
    );
    const told = await response.text();
    expect(told).toContain('2: Hey');
    expect(told).toContain('"outcome":{"type":"success"}');
  });
});
