import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HttpAgent } from '@ag-ui/client';
import type { BaseEvent, Message, ResumeEntry, RunAgentInput } from '@ag-ui/core';
import { createClient, type ClientOptions } from 'm8tes-rx';
import { agUi } from 'm8tes-rx/ag-ui';
import { createRelay, memoryLog, toNode, type CreateRelayOptions } from 'm8tes-rx/relay';
import { localServer, type LocalServerOptions } from 'm8tes-rx/testing';

const closings: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closings.splice(0).reverse()) await close();
});

type Sent = BaseEvent & { readonly [field: string]: unknown };

/** A person's page, with a client of AG-UI. */
export interface Page {
  readonly agent: HttpAgent;
  /** All that the agent was told and took, run by run. */
  readonly runs: (readonly Sent[])[];
  /** Says something, and is told until the run of AG-UI ends. */
  readonly say: (message: string, id?: string) => Promise<readonly Sent[]>;
  readonly answer: (...resume: readonly ResumeEntry[]) => Promise<readonly Sent[]>;
  /** Looks at the turn that the thread is at. */
  readonly look: () => Promise<readonly Sent[]>;
  readonly text: () => string;
  readonly message: (role: Message['role']) => readonly Message[];
}

export interface Serving {
  readonly api: Awaited<ReturnType<typeof localServer>>;
  readonly relay: ReturnType<typeof createRelay>;
  readonly url: string;
  /** Another machine, with the same log or another: the address of what it serves. */
  readonly another: (log?: CreateRelayOptions['log']) => Promise<string>;
  readonly page: (options?: {
    readonly user?: string;
    readonly threadId?: string;
    readonly messages?: readonly Message[];
  }) => Page;
  /** Posts what it likes. */
  readonly post: (
    body: unknown,
    how?: { readonly user?: string; readonly path?: string },
  ) => Promise<Response>;
}

/** What the last event of a run says of how it ended. */
export const outcomeOf = (events: readonly Sent[]): unknown =>
  (events.at(-1)?.['outcome'] as { readonly type: string } | undefined)?.type ??
  events.at(-1)?.type;

const aPage = (url: string, options: Parameters<Serving['page']>[0] = {}): Page => {
  const { user = 'ann', threadId, messages = [] } = options;
  const agent = new HttpAgent({
    url,
    headers: { 'x-user': user },
    ...(threadId !== undefined && { threadId }),
    initialMessages: [...messages],
  });
  const runs: Sent[][] = [];
  agent.subscribe({ onEvent: ({ event }) => void runs.at(-1)?.push(event) });
  const go = async (resume?: readonly ResumeEntry[]): Promise<readonly Sent[]> => {
    const told: Sent[] = [];
    runs.push(told);
    await agent.runAgent(resume && { resume: [...resume] });
    return told;
  };
  const message = (role: Message['role']) => agent.messages.filter((one) => one.role === role);
  return {
    agent,
    runs,
    say: (content, id = crypto.randomUUID()) => {
      agent.addMessage({ id, role: 'user', content });
      return go();
    },
    answer: (...resume) => go(resume),
    look: () => go(),
    message,
    text: () =>
      message('assistant')
        .map(({ content }) => (typeof content === 'string' ? content : ''))
        .join(''),
  };
};

/** A page's server that speaks AG-UI, and the API behind it, on real sockets. */
export const serving = async ({
  relayed = {},
  client = {},
  ...server
}: LocalServerOptions & {
  readonly relayed?: Partial<CreateRelayOptions>;
  readonly client?: ClientOptions;
} = {}): Promise<Serving> => {
  const api = await localServer({ pace: 2, ...server });
  closings.push(() => api.close());
  const ours = memoryLog();
  const machine = async (log = ours) => {
    const relay = createRelay({
      client: createClient({
        ...{ baseUrl: api.url, apiKey: 'm8_relay', retries: { delay: 5 } },
        timeouts: { linger: 20 },
        ...client,
      }),
      ...{ log, linger: 300 },
      authorize: (request) => {
        const user = request.headers.get('x-user');
        const asks = { human_in_the_loop: true, permission_mode: 'approval' } as const;
        return user === null ? undefined : { owner: user, params: { user_id: user, ...asks } };
      },
      ...{ expose: ['tool-call-delta', 'tool-result-end.result', 'todo-update', 'run_metrics'] },
      ...relayed,
    });
    closings.push(() => relay.close());
    const http = createServer(toNode(agUi(relay))).listen(0, '127.0.0.1');
    await once(http, 'listening');
    closings.push(() => {
      http.close();
      http.closeAllConnections();
    });
    return { relay, url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/agent` };
  };
  const { relay, url } = await machine();
  return {
    api,
    relay,
    url,
    another: async (log) => (await machine(log)).url,
    page: (options) => aPage(url, options),
    post: (body, { user = 'ann', path = '' } = {}) =>
      fetch(url + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-user': user },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
  };
};

/** An input as a client sends it. */
export const input = (more: Partial<RunAgentInput> = {}): object => ({
  ...{ threadId: 'a-thread', runId: 'r1', state: {}, tools: [], context: [], forwardedProps: {} },
  messages: [{ id: 'm1', role: 'user', content: 'hi' }],
  ...more,
});
