import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';

/** Stands in until the relay's door has it. */
export const toNode =
  (handler: (request: Request) => Promise<Response>) =>
  (
    request: IncomingMessage & { readonly originalUrl?: string; readonly body?: unknown },
    response: ServerResponse,
  ): void => {
    const { method = 'GET', headers } = request;
    const leaving = new AbortController();
    response.once('close', () => leaving.abort());
    const hasBody = method !== 'GET' && method !== 'HEAD';
    const body = !hasBody
      ? null
      : request.body === undefined
        ? Readable.toWeb(request)
        : JSON.stringify(request.body);
    const asked = new Request(`http://${headers.host}${request.originalUrl ?? request.url}`, {
      method,
      headers: Object.entries(headers).map(([name, value]): [string, string] => [
        name,
        String(value),
      ]),
      body: body as BodyInit | null,
      signal: leaving.signal,
      duplex: 'half',
    } as RequestInit);
    void handler(asked).then((answer) => {
      response.writeHead(answer.status, Object.fromEntries(answer.headers));
      response.flushHeaders();
      if (answer.body === null) return response.end();
      const stream = Readable.fromWeb(answer.body as ReadableStream);
      response.once('close', () => stream.destroy());
      stream.on('error', () => response.destroy());
      return stream.pipe(response);
    });
  };
