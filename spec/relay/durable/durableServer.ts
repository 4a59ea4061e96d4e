/**
 * A server of Durable Streams: its reading half is the library's, its writing half the spec's. What
 * is no stream of JSON is one in the log, and is turned back here.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { memoryLog } from '../../../lib/log/memoryLog';
import { durable } from './durable';
import { isJson, RUN, writing, type Stream } from './writing';

const bytesOf = (array: string): Buffer =>
  Buffer.from((JSON.parse(array) as readonly string[]).join(''), 'latin1');

/** The texts of `data` events, in place of the arrays of them; of `control` events, what they are. */
const asText = (events: string): string =>
  events.replace(/^event: data\ndata:(.*)$/gm, (_, array: string) => {
    const lines = bytesOf(array)
      .toString()
      .split(/\r\n|\r|\n/);
    return `event: data\n${lines.map((line) => `data:${line}`).join('\n')}`;
  });

/** An answer for a reader of bytes. */
const unwrapped = async ({ contentType }: Stream, response: Response): Promise<Response> => {
  const headers = new Headers(response.headers);
  switch (headers.get('content-type')) {
    case 'application/json': {
      headers.set('content-type', contentType);
      const isEmpty = response.body === null;
      const body = isEmpty ? null : new Uint8Array(bytesOf(await response.text()));
      return new Response(body, { status: response.status, headers });
    }
    case 'text/event-stream': {
      const texts = response.body!.pipeThrough(new TextDecoderStream());
      const each = new TransformStream<string, string>({
        transform: (text, controller) => controller.enqueue(asText(text)),
      });
      return new Response(texts.pipeThrough(each).pipeThrough(new TextEncoderStream()), {
        headers,
      });
    }
    default:
      return response;
  }
};

/** @param wait milliseconds of a long-poll. */
const answering = (wait: number) => {
  const { find, write } = writing();
  const nothing = memoryLog();
  return async (request: Request, body: Buffer): Promise<Response> => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return write(request, body);
    const stream = await find(new URL(request.url).pathname);
    const isRead = stream === undefined || isJson(stream);
    const isText = stream !== undefined && /^text\//i.test(stream.contentType);
    if (!isRead && !isText && request.url.includes('live=sse')) {
      return new Response(null, { status: 400 }); // bytes are nothing that a log of JSON holds
    }
    const read = durable(stream?.log ?? nothing, { run: () => RUN, show: (data) => data, wait });
    const response = await read(request);
    return isRead ? response : unwrapped(stream, response);
  };
};

const requestOf = (message: IncomingMessage, origin: string, signal: AbortSignal): Request =>
  new Request(new URL(message.url ?? '/', origin), {
    method: message.method ?? 'GET',
    headers: new Headers(
      Object.entries(message.headers).map(([name, value]): [string, string] => [
        name,
        String(value),
      ]),
    ),
    signal,
  });

const send = async (to: ServerResponse, { status, headers, body }: Response): Promise<void> => {
  to.writeHead(status, Object.fromEntries(headers)).flushHeaders();
  const reader = body?.getReader();
  to.once('close', () => void reader?.cancel().catch(() => undefined));
  for (let read = await reader?.read(); read?.value; read = await reader?.read()) {
    if (!to.write(read.value))
      await new Promise((resolve) => to.once('drain', resolve).once('close', resolve));
  }
  to.end();
};

export const durableServer = async (wait: number) => {
  const answer = answering(wait);
  let origin = '';
  const server = createServer((message, to) => {
    const left = new AbortController();
    to.once('close', () => left.abort());
    const respond = async (): Promise<void> => {
      const body = await buffer(message);
      await send(to, await answer(requestOf(message, origin, left.signal), body));
    };
    respond().catch((error: unknown) => to.destroy(error as Error));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: origin,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
};
