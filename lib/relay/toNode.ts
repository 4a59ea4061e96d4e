import { requestOf, type NodeRequest } from './nodeRequest';

/** A response as Node has it. */
export interface NodeResponse {
  statusCode: number;
  statusMessage?: string | undefined;
  readonly headersSent: boolean;
  readonly destroyed?: boolean | undefined;
  readonly writableEnded: boolean;
  readonly writableFinished: boolean;
  /** HTTP/2's, of which one is broken off without the others of its socket. */
  readonly stream?: { readonly destroyed: boolean; close(code: number): unknown } | undefined;
  getHeader(name: string): unknown;
  getHeaderNames(): readonly string[];
  setHeader(name: string, value: string | readonly string[]): unknown;
  removeHeader(name: string): void;
  flushHeaders?(): void;
  write(chunk: Uint8Array): boolean;
  end(): unknown;
  destroy(): unknown;
  on(event: 'close' | 'drain' | 'error', listener: () => void): unknown;
}

/** A handler of requests, as the web has it. */
export type RequestHandler = (request: Request) => Promise<Response> | Response;

/** What {@link toNode} takes beside a handler. */
export interface ToNodeOptions {
  /** Is told why an answer is a 500, or was broken off. Who asked is not. */
  readonly onError?: ((error: unknown) => void) | undefined;
}

const ignore = (): void => {};

/** Headers of the connection, which is Node's. */
const ofConnection = new Set(['connection', 'keep-alive', 'transfer-encoding']);

const begin = (answer: Response, response: NodeResponse): void => {
  response.statusCode = answer.status;
  if (answer.statusText !== '' && response.stream === undefined)
    response.statusMessage = answer.statusText;
  for (const [name, value] of answer.headers)
    if (name !== 'set-cookie' && !ofConnection.has(name)) response.setHeader(name, value);
  const cookies = answer.headers.getSetCookie();
  const others = [response.getHeader('set-cookie') ?? []].flat() as string[];
  if (cookies.length > 0) response.setHeader('set-cookie', [...others, ...cookies]);
};

const refuse = (response: NodeResponse, status: number): void => {
  for (const name of response.getHeaderNames()) response.removeHeader(name);
  response.statusCode = status;
  response.end();
};

const INTERNAL_ERROR = 2;

/** Breaks an answer off, so that nobody takes what there is of it for the whole. */
const cut = (response: NodeResponse): void => {
  if (response.stream === undefined) response.destroy();
  else response.stream.close(INTERNAL_ERROR);
};

/** Sends a body no faster than it is taken. A client that goes away lets go of it, at once. */
const send = async (
  reader: ReadableStreamDefaultReader<Uint8Array>,
  response: NodeResponse,
): Promise<void> => {
  let isGone = false;
  let wake = ignore;
  response.on('drain', () => wake());
  response.on('close', () => {
    isGone = true;
    reader.cancel().catch(ignore);
    wake();
  });
  for (;;) {
    const { done, value } = await reader.read();
    if (isGone) return;
    if (done) break;
    if (response.write(value)) continue;
    await new Promise<void>((resolve) => (wake = resolve));
  }
  response.end();
};

/**
 * A handler of the web's requests as one of Node's, for `node:http`, `node:http2`, Express, Nest and
 * Fastify. A body is sent no faster than it is taken, and is cancelled as soon as the client has
 * gone, which aborts the `signal` of the request, too. A body that fails is broken off, and never
 * looks whole; a handler that fails is a bare 500, and what is no request of the web a bare 400.
 *
 * Of a body that a parser has read, what it made of it is taken (`request.body`): JSON again, where
 * it is an object.
 *
 * @example
 * ```ts
 * import { createServer } from 'node:http';
 * import { createClient } from 'm8tes-rx';
 * import { relay, toNode } from 'm8tes-rx/relay';
 *
 * const client = createClient();
 * const handler = async (request: Request): Promise<Response> =>
 *   relay(client.runs.create({ message: await request.text() }));
 *
 * createServer(toNode(handler, { onError: console.error })).listen(8080);
 * // Express: app.post('/run', toNode(handler))
 * // Nest: @Post('run') run(@Req() request, @Res() response) { toNode(handler)(request, response); }
 * // Fastify: reply.hijack(); toNode(handler)(Object.assign(request.raw, { body: request.body }), reply.raw)
 * ```
 */
export const toNode =
  (handler: RequestHandler, { onError = ignore }: ToNodeOptions = {}) =>
  (request: NodeRequest, response: NodeResponse): void => {
    // Where somebody else ended the answer, an `error` that nobody listened to would end the process.
    response.on('error', ignore);

    const leaving = new AbortController();
    let asked: Request;
    try {
      asked = requestOf(request, leaving.signal);
    } catch {
      refuse(response, 400);
      return;
    }
    const leave = (): void => {
      // The platform drops the signal of a request together with it: so it is held on to here.
      const isWhole = response.writableEnded && response.writableFinished;
      if (!isWhole && !asked.signal.aborted) leaving.abort();
      request.resume(); // a rest that nobody read would stand before the next request
    };
    response.on('close', leave);
    if (response.destroyed === true || response.stream?.destroyed === true) leave();

    const answer = async (): Promise<void> => {
      const answered = await handler(asked);
      const { body, status } = answered;
      const hasBody =
        body !== null && asked.method !== 'HEAD' && !/^(204|205|304)$/.test(`${status}`);
      if (leaving.signal.aborted || !hasBody) body?.cancel().catch(ignore);
      if (leaving.signal.aborted) return;
      const reader = hasBody ? body.getReader() : undefined;
      begin(answered, response);
      if (reader === undefined) {
        response.end();
        return;
      }
      response.flushHeaders?.();
      await send(reader, response);
    };
    answer().catch((error: unknown) => {
      if (leaving.signal.aborted) return;
      if (response.headersSent) cut(response);
      else refuse(response, 500);
      try {
        onError(error);
      } catch {
        // there is nobody left to be told
      }
    });
  };
