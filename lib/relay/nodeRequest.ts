import { InvalidArgumentError } from '../errors';

/** A request as Node has it: of `node:http`, `node:http2`, Express, Nest, or Fastify's `request.raw`. */
export interface NodeRequest {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  /** The whole path, where a router has cut its own off `url` (Express). */
  readonly originalUrl?: string | undefined;
  /** `https` where a proxy says so that is trusted (Express). */
  readonly protocol?: string | undefined;
  readonly headers: { readonly [name: string]: string | readonly string[] | undefined };
  readonly socket: object;
  /** What a parser made of the body, where one has read it. */
  readonly body?: unknown;
  readonly readableDidRead?: boolean | undefined;
  readonly destroyed?: boolean | undefined;
  on(event: 'data', listener: (chunk: Uint8Array) => void): unknown;
  on(event: 'end' | 'close' | 'error', listener: () => void): unknown;
  pause(): unknown;
  resume(): unknown;
}

/** A host, and nothing that would change the path that it is put before. */
const aHost = /^[^/\\?#@\s]+$/;

const urlOf = ({ originalUrl, url = '/', headers, socket, protocol }: NodeRequest): URL => {
  const target = originalUrl ?? url;
  if (/^https?:\/\//i.test(target)) return new URL(target); // as a proxy is asked
  const isEncrypted = (socket as { readonly encrypted?: unknown }).encrypted === true;
  const host = String(headers['host'] ?? headers[':authority'] ?? 'localhost');
  if (!aHost.test(host) || !target.startsWith('/')) throw new TypeError('not a URL');
  return new URL(`${protocol === 'https' || isEncrypted ? 'https' : 'http'}://${host}${target}`);
};

/** The headers; repeated ones are joined as each is, and the pseudo headers of HTTP/2 are none. */
const headersOf = (request: NodeRequest): Headers => {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (name.startsWith(':') || value === undefined) continue;
    if (typeof value === 'string') headers.append(name, value);
    else if (name === 'cookie') headers.append(name, value.join('; '));
    else for (const one of value) headers.append(name, one);
  }
  return headers;
};

/** A body as it comes in, no faster than it is read. */
const streamed = (request: NodeRequest): ReadableStream<Uint8Array> => {
  let isListening = false;
  let isWanted = false;
  let isOver = false;

  const listen = (controller: ReadableStreamDefaultController<Uint8Array>): void => {
    const finish = (end: () => void): void => {
      if (!isOver) end();
      isOver = true;
    };
    const breakOff = (): void =>
      finish(() => controller.error(new TypeError('the request broke off, or was let past')));
    if (request.destroyed === true) return breakOff();
    request.on('data', (chunk) => {
      if (!isWanted) return breakOff(); // it was set going by somebody else: what is lost is lost
      isWanted = false;
      request.pause();
      controller.enqueue(chunk);
    });
    request.on('end', () => finish(() => controller.close()));
    request.on('error', breakOff);
    request.on('close', breakOff);
  };

  return new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (!isListening) listen(controller);
        isListening = isWanted = true;
        request.resume();
      },
      cancel() {
        isOver = true;
        isWanted = false;
        request.resume();
      },
    },
    { highWaterMark: 0 },
  );
};

/** What a parser read, as it may have come; undefined where it is nowhere to be found. */
const parsed = (body: unknown): BodyInit | undefined => {
  if (typeof body === 'string') return body;
  if (ArrayBuffer.isView(body))
    return new Uint8Array(body.buffer, body.byteOffset, body.byteLength).slice();
  return JSON.stringify(body);
};

const lost = (): ReadableStream<Uint8Array> =>
  new ReadableStream<Uint8Array>({
    pull: (controller) =>
      controller.error(
        new InvalidArgumentError(
          'request.body',
          'is missing, but the body was read: hand on what the parser made of it, as ' +
            'Object.assign(request.raw, { body: request.body }), or let no parser read this route',
        ),
      ),
  });

/** The request as the web has it. Throws where the web has no such request. */
export const requestOf = (request: NodeRequest, signal: AbortSignal): Request => {
  const { method = 'GET', readableDidRead = request.body !== undefined } = request;
  const headers = headersOf(request);
  const init = { method, headers, signal, duplex: 'half' };
  if (method === 'GET' || method === 'HEAD') return new Request(urlOf(request), init);
  if (!readableDidRead) return new Request(urlOf(request), { ...init, body: streamed(request) });
  // It is another text than came: neither its length nor its encoding is what it was.
  for (const name of ['content-length', 'content-encoding', 'transfer-encoding'])
    headers.delete(name);
  return new Request(urlOf(request), { ...init, body: parsed(request.body) ?? lost() });
};
