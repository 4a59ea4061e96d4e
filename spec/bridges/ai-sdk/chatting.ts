import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createClient } from 'm8tes-rx';
import { aiSdk, isAnswered, type AiSdkOptions } from 'm8tes-rx/ai-sdk';
import {
  createRelay,
  memoryLog,
  toNode,
  type CreateRelayOptions,
  type Relay,
} from 'm8tes-rx/relay';
import { localServer, type LocalServer, type LocalServerOptions } from 'm8tes-rx/testing';
import type { ChatInit, ChatState, UIMessage } from 'ai';
import { ai } from './theirs';

/** What all runs of these chats are made with: they may ask. */
const asking = { human_in_the_loop: true, permission_mode: 'approval' } as const;

const closings: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closings.splice(0).reverse()) await close();
});

/** A request that has come, and how it was answered. */
export interface Heard {
  readonly method: string;
  readonly path: string;
  readonly body: string;
  readonly status: () => number | undefined;
}

export interface Chatting {
  readonly api: LocalServer;
  readonly relay: Relay;
  readonly url: string;
  readonly heard: readonly Heard[];
}

/** The API on loopback, a relay of it, and its chats on a server of their own. */
export const chatting = async (
  script: LocalServerOptions['script'],
  {
    local = {},
    relay: relayed = {},
    ...options
  }: AiSdkOptions & {
    readonly local?: LocalServerOptions;
    readonly relay?: Partial<CreateRelayOptions>;
  } = {},
): Promise<Chatting> => {
  const api = await localServer({ pace: 0, script, ...local });
  closings.push(() => api.close());
  const client = createClient({
    ...{ baseUrl: api.url, apiKey: 'm8_test', timeouts: { linger: 20 } },
    retries: { count: 0 },
    resume: { delay: 5, attempts: 3 },
  });
  const relay = createRelay({
    ...{ client, log: memoryLog(), lease: 500, linger: 200 },
    authorize: () => ({ owner: 'ann', params: asking }),
    ...relayed,
  });
  closings.push(() => relay.close());
  const heard: Heard[] = [];
  const chats = aiSdk(relay, options);
  const handler = async (request: Request): Promise<Response> => {
    const { method, url } = request;
    const body = await request.clone().text();
    const one: { status?: number } = {};
    heard.push({ method, path: new URL(url).pathname, body, status: () => one.status });
    const response = await chats(request);
    one.status = response.status;
    return response;
  };
  const server = createServer(toNode(handler));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closings.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/chat`;
  return { api, relay, url, heard };
};

/** A chat's state, as plain as can be. */
const stateOf = (messages: UIMessage[]): ChatState<UIMessage> => ({
  ...{ status: 'ready', error: undefined, messages },
  pushMessage(message) {
    this.messages = [...this.messages, message];
  },
  popMessage() {
    this.messages = this.messages.slice(0, -1);
  },
  replaceMessage(index, message) {
    this.messages = this.messages.map((one, at) => (at === index ? structuredClone(message) : one));
  },
  snapshot: (thing) => structuredClone(thing),
});

/** A chat of the real client. */
export class AChat extends ai.AbstractChat<UIMessage> {
  readonly url: string;
  /** What went wrong, in the client's own words. */
  readonly errors: string[] = [];
  readonly data: unknown[] = [];
  constructor(
    { url }: Pick<Chatting, 'url'>,
    { messages = [], ...init }: ChatInit<UIMessage> & { readonly messages?: UIMessage[] } = {},
  ) {
    super({
      transport: new ai.DefaultChatTransport({ api: url }),
      sendAutomaticallyWhen: isAnswered,
      onError: ({ message }) => this.errors.push(message),
      onData: (part) => this.data.push(part),
      state: stateOf(structuredClone(messages)),
      ...init,
    });
    this.url = url;
  }

  /** Waits, in turns of the event loop, until something is so. */
  async until(isSo: () => unknown): Promise<void> {
    while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  async idle(): Promise<void> {
    await this.until(() => this.status === 'ready' || this.status === 'error');
  }

  /** The parts of the last message, a line each. */
  lines(): readonly string[] {
    return (this.lastMessage?.parts ?? []).map((part) => {
      switch (part.type) {
        case 'text':
        case 'reasoning':
          return `${part.type} ${part.text}${part.state === 'done' ? '' : '…'}`;
        case 'dynamic-tool': {
          const { toolName, state, title, approval } = part;
          const said = approval?.approved === undefined ? [] : [approval.approved ? 'yes' : 'no'];
          const rest =
            state === 'output-available'
              ? [JSON.stringify(part.output)]
              : state === 'output-error'
                ? [part.errorText]
                : [];
          return [
            toolName,
            ...(title === undefined ? [] : [`(${title})`]),
            state,
            ...said,
            ...rest,
          ].join(' ');
        }
        default:
          return part.type.startsWith('data-')
            ? `${part.type} ${JSON.stringify((part as { data: unknown }).data)}`
            : part.type;
      }
    });
  }

  /** The request that waits for an approval. */
  approvals(): readonly string[] {
    return (this.lastMessage?.parts ?? []).flatMap((part) =>
      part.type === 'dynamic-tool' && part.state === 'approval-requested' ? [part.approval.id] : [],
    );
  }

  questions(): readonly string[] {
    return (this.lastMessage?.parts ?? []).flatMap((part) =>
      part.type === 'dynamic-tool' && part.toolName === 'ask' && part.state === 'input-available'
        ? [part.toolCallId]
        : [],
    );
  }
}
