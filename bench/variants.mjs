// Every way to read a run's text: each takes a response and tells every text.
import { TextDecoder } from 'node:util';
import { AbortController, library, ofLibrary } from './here.mjs';

const isText = ({ type }) => type === 'text-delta';

const byHand = async () => {
  const { createParser } = await import('eventsource-parser');
  return async (response, onText) => {
    const decoder = new TextDecoder();
    const reader = response.body.getReader();
    const parser = createParser({
      onEvent: ({ data }) => {
        if (data === '[DONE]') return;
        const event = JSON.parse(data);
        if (event.type === 'text-delta') onText(event.delta);
      },
    });
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      parser.feed(decoder.decode(value, { stream: true }));
    }
  };
};

const ours = async () => {
  const { events, textOnly } = await library();
  const { of } = await ofLibrary('rxjs');
  return (response, onText) =>
    new Promise((complete, error) => {
      of(response).pipe(events(), textOnly()).subscribe({ next: onText, error, complete });
    });
};

const agui = (isEnforced) => async () => {
  const { enforceEvents, runHttpRequest, transformHttpEventStream } = await import('@ag-ui/client');
  return (response, onText) =>
    new Promise((complete, error) => {
      const events$ = transformHttpEventStream(runHttpRequest(async () => response));
      (isEnforced ? enforceEvents()(events$) : events$).subscribe({
        next: (event) => {
          if (event.type === 'TEXT_MESSAGE_CONTENT') onText(event.delta);
        },
        error,
        complete,
      });
    });
};

const sdkStream = (load) => async () => {
  const { Stream } = await load();
  return async (response, onText) => {
    for await (const event of Stream.fromSSEResponse(response, new AbortController())) {
      if (isText(event)) onText(event.delta);
    }
  };
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
    event('tool-result-end', { toolCallId, result: z.unknown() }),
    event('done', { stop_reason: z.string().optional() }),
  ]);
  return async (response, onText) => {
    for await (const result of parseJsonEventStream({ stream: response.body, schema })) {
      if (!result.success) throw result.error;
      if (isText(result.value)) onText(result.value.delta);
    }
  };
};

const langgraph = async () => {
  const { Client } = await import('@langchain/langgraph-sdk');
  return async (response, onText) => {
    const client = new Client({
      apiUrl: 'http://localhost',
      apiKey: null,
      callerOptions: { maxRetries: 0, fetch: async () => response },
    });
    for await (const { data } of client.runs.joinStream('thread', 'run')) {
      if (isText(data)) onText(data.delta);
    }
  };
};

const fetchEventSource = async () => {
  // Written for a browser's page.
  globalThis.window ??= globalThis;
  globalThis.document ??= { removeEventListener: () => {} };
  const { fetchEventSource } = await import('@microsoft/fetch-event-source');
  return (response, onText) =>
    fetchEventSource('http://localhost', {
      openWhenHidden: true,
      fetch: async () => response,
      onmessage: ({ data }) => {
        if (data === '[DONE]') return;
        const event = JSON.parse(data);
        if (isText(event)) onText(event.delta);
      },
      onerror: (error) => {
        throw error;
      },
    });
};

/** By name: how it is loaded, the shape of the run it reads, and the package it needs. */
export const variants = {
  ours: { load: ours, shape: 'm8tes' },
  'by-hand': { load: byHand, shape: 'm8tes', needs: 'eventsource-parser' },
  'ag-ui': { load: agui(false), shape: 'agui', needs: '@ag-ui/client' },
  'ag-ui-enforced': { load: agui(true), shape: 'agui', needs: '@ag-ui/client' },
  openai: {
    load: sdkStream(() => import('openai/streaming')),
    shape: 'm8tes',
    needs: 'openai',
  },
  anthropic: {
    load: sdkStream(() => import('@anthropic-ai/sdk/streaming')),
    shape: 'named',
    needs: '@anthropic-ai/sdk',
  },
  'ai-sdk': { load: aiSdk, shape: 'm8tes', needs: '@ai-sdk/provider-utils' },
  langgraph: { load: langgraph, shape: 'unmarked', needs: '@langchain/langgraph-sdk' },
  'fetch-event-source': {
    load: fetchEventSource,
    shape: 'm8tes',
    needs: '@microsoft/fetch-event-source',
  },
};
