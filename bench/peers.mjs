// The ways of others to read a run, as variants.mjs has them.
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { AbortController } from './here.mjs';

/** Reads whatever can be iterated with `for await`. */
const iterated = (open) => (source, tells) => async (add) => {
  for await (const event of await open(source)) {
    const text = tells.raw(event);
    if (text !== undefined) add(text);
  }
};

const agui = (isEnforced) => async () => {
  const { enforceEvents, runHttpRequest, transformHttpEventStream } = await import('@ag-ui/client');
  return ({ open }, { raw }) =>
    (add) =>
      new Promise((complete, error) => {
        const events$ = transformHttpEventStream(runHttpRequest(open));
        (isEnforced ? enforceEvents()(events$) : events$).subscribe({
          next: (event) => {
            const text = raw(event);
            if (text !== undefined) add(text);
          },
          error,
          complete,
        });
      });
};

/** The stream that anthropic's and openai's clients hand out. */
const sdk = (load) => async () => {
  const { Stream } = await load();
  return iterated(async ({ open }) => Stream.fromSSEResponse(await open(), new AbortController()));
};

const aiSdk = async () => {
  const { parseJsonEventStream } = await import('@ai-sdk/provider-utils');
  const { z } = await import('zod');
  const id = z.string().optional();
  const toolCallId = z.string();
  const delta = z.string();
  const event = (type, fields) => z.object({ type: z.literal(type), ...fields });
  // By their `type`, which is the kinder union: `z.union` tries one after the other.
  const schema = z.discriminatedUnion('type', [
    event('metadata', { payload: z.record(z.string(), z.unknown()) }),
    event('message-start', { messageId: z.string() }),
    event('message-end', { messageId: z.string() }),
    event('text-start', { id }),
    event('text-delta', { id, delta }),
    event('text-end', { id }),
    event('tool-call-start', { toolCallId, toolName: z.string() }),
    event('tool-call-delta', { toolCallId, delta }),
    event('tool-call-end', { toolCallId }),
    event('tool-result-end', { toolCallId, result: z.unknown() }),
    event('done', { stop_reason: z.string().optional() }),
  ]);
  async function* values(stream) {
    for await (const result of parseJsonEventStream({ stream, schema })) {
      if (!result.success) throw result.error;
      yield result.value;
    }
  }
  return iterated(async ({ open }) => values((await open()).body));
};

/** What its client decodes with; no door leads there. */
const langgraphDecoder = async () => {
  const main = createRequire(import.meta.url).resolve('@langchain/langgraph-sdk');
  const file = join(dirname(main), 'utils', 'sse.js');
  const { BytesLineDecoder, SSEDecoder } = await import(pathToFileURL(file).href);
  async function* values(body) {
    const parts = body.pipeThrough(BytesLineDecoder()).pipeThrough(SSEDecoder());
    for await (const { data } of parts) yield data;
  }
  return iterated(async ({ open }) => values((await open()).body));
};

const langgraph = async () => {
  const { Client } = await import('@langchain/langgraph-sdk');
  async function* values(parts) {
    for await (const { data } of parts) yield data;
  }
  return iterated(({ url, fetch }) => {
    const callerOptions = { maxRetries: 0, fetch };
    const client = new Client({ apiUrl: url, apiKey: null, callerOptions });
    return values(client.runs.joinStream('thread', 'run'));
  });
};

const fetchEventSource = async () => {
  // Written for a browser's page.
  globalThis.window ??= globalThis;
  globalThis.document ??= { removeEventListener: () => {} };
  const { fetchEventSource } = await import('@microsoft/fetch-event-source');
  return ({ url, fetch }, { raw }) =>
    (add) =>
      fetchEventSource(url, {
        openWhenHidden: true,
        fetch,
        onmessage: ({ data }) => {
          if (data === '[DONE]') return;
          const text = raw(JSON.parse(data));
          if (text !== undefined) add(text);
        },
        onerror: (error) => {
          throw error;
        },
      });
};

export const peers = {
  'ag-ui': { load: agui(false), needs: '@ag-ui/client', dialect: 'unmarked' },
  'ag-ui-enforced': { load: agui(true), needs: '@ag-ui/client', dialect: 'unmarked' },
  openai: { load: sdk(() => import('openai/streaming')), needs: 'openai' },
  anthropic: {
    load: sdk(() => import('@anthropic-ai/sdk/streaming')),
    needs: '@anthropic-ai/sdk',
    dialect: 'named',
  },
  'ai-sdk': { load: aiSdk, needs: '@ai-sdk/provider-utils' },
  'langgraph-decoder': {
    load: langgraphDecoder,
    needs: '@langchain/langgraph-sdk',
    dialect: 'unmarked',
  },
  langgraph: { load: langgraph, needs: '@langchain/langgraph-sdk', dialect: 'unmarked' },
  'fetch-event-source': { load: fetchEventSource, needs: '@microsoft/fetch-event-source' },
};
