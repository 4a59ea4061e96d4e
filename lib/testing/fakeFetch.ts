import { Subscription, type Observable } from 'rxjs';
import { allowed, rule, type Rules } from './allowed';
import type { Answer } from './answers';
import type { Line } from './Line';
import { apiRules, localApi, type LocalApi, type LocalApiOptions } from './LocalApi';
import { byHand, toLoopback, type Receiver } from './posting';
import type { Incoming } from './request';
import type { Scripted } from './scripted';
import { assistant } from './scripts';

export interface FakeFetchOptions extends LocalApiOptions {
  /**
   * Milliseconds before each event. Default 0: no time passes, and timers that a spec has put in
   * place of the real ones need not be advanced.
   */
  readonly pace?: number | undefined;
  /**
   * Takes the webhooks that go out, in place of their URLs: your handler as it stands. Without it
   * they go to loopback alone, by the platform's `fetch`.
   */
  readonly onWebhook?: Receiver | undefined;
}

const rules: Rules<FakeFetchOptions> = { ...apiRules, onWebhook: rule.callback };

/** A `fetch` that plays the API, and what can be seen of it. */
export interface FakeFetch extends LocalApi {
  (input: string | URL | Request, init?: RequestInit): Promise<Response>;
  /** Breaks off every stream, and stops every run and every webhook on its way. Nobody answers after it. */
  readonly close: () => void;
}

/**
 * The hosted API without a socket, in memory: all that `localServer` does, as a `fetch`. It needs
 * no Node: only what browsers, edges and jsdom with a `fetch` have.
 *
 * Of several scripts each run plays the next, and further runs the last.
 *
 * @example
 * ```ts
 * import { createClient } from 'm8tes-rx';
 * import { fakeFetch, text } from 'm8tes-rx/testing';
 *
 * const fetch = fakeFetch(() => text('Two tickets ', 'are open.'));
 * const client = createClient({ fetch, apiKey: 'm8_test' });
 * client.runs.streamText({ message: 'What is open?' }).subscribe(console.log);
 * ```
 *
 * @see localServer for the same on a socket, where a connection and its end are real ones
 */
export const fakeFetch = (
  script: Scripted | readonly Scripted[] = assistant,
  options: FakeFetchOptions = {},
): FakeFetch => {
  allowed('', options, rules);
  const { onWebhook, ...others } = options;
  const post = byHand(onWebhook ?? ((request) => globalThis.fetch(request)));
  const reach = onWebhook === undefined ? toLoopback(post) : () => post;
  const { api, answer, stop } = localApi(script, others, reach);

  const open: Breaks = new Set();
  let isClosed = false;

  const fetch = async (input: string | URL | Request, init: RequestInit = {}) => {
    // Looked at here: a Request takes no signal of another realm's, such as jsdom's.
    const { signal = input instanceof Request ? input.signal : undefined, ...rest } = init;
    signal?.throwIfAborted();
    const request = new Request(input, rest);
    const incoming = await incomingOf(request);
    signal?.throwIfAborted();
    if (isClosed) throw broken('fetch failed', 'ECONNREFUSED');
    const answered = answer(incoming, new URL(request.url).origin);
    if (answered === undefined) throw broken('fetch failed');
    return responseOf(answered, signal ?? undefined, open);
  };
  const close = (): void => {
    isClosed = true;
    for (const breakOff of open) breakOff();
    stop();
  };
  return Object.assign(fetch, { ...api, close });
};

/** What breaks off each of the bodies that are open. */
type Breaks = Set<() => void>;

const incomingOf = async (request: Request): Promise<Incoming> => {
  const { pathname, search } = new URL(request.url);
  return {
    method: request.method,
    url: pathname + search,
    headers: Object.fromEntries(request.headers),
    bytes: new Uint8Array(await request.arrayBuffer()),
  };
};

/** What the platform's fetch throws when a socket breaks off, as far as anybody looks at it. */
const broken = (message: string, code = 'ECONNRESET'): TypeError =>
  new TypeError(message, { cause: { code } });

const responseOf = (
  { status, headers, body }: Answer,
  signal: AbortSignal | undefined,
  open: Breaks,
): Response =>
  // With these there must be none, not even an empty one.
  new Response(status === 204 || status === 304 ? null : streamOf(body, signal, open), {
    status,
    headers: { ...headers },
  });

/**
 * A body to be read as from a socket: what was sent before a break still arrives, and it goes on
 * while nobody reads. Aborting tears it, and what waits in it is lost.
 */
const streamOf = (
  body: Observable<Line>,
  signal: AbortSignal | undefined,
  open: Breaks,
): ReadableStream<Uint8Array<ArrayBuffer>> => {
  type Controller = ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>;
  const waiting: Uint8Array<ArrayBuffer>[] = [];
  const subscription = new Subscription();
  let end: ((controller: Controller) => void) | undefined;
  let wake = (): void => {};

  const ending = (how: (controller: Controller) => void) => (): void => {
    end = how;
    wake();
  };
  const tear = (reason: () => unknown) => (): void => {
    subscription.unsubscribe();
    waiting.length = 0;
    ending((controller) => controller.error(reason()))();
  };
  const abort = tear(() => signal?.reason);
  const breakOff = tear(() => broken('terminated'));
  const forget = (): void => {
    open.delete(breakOff);
    signal?.removeEventListener('abort', abort);
  };

  return new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      start: () => {
        open.add(breakOff);
        signal?.addEventListener('abort', abort, { once: true });
        subscription.add(
          body.subscribe({
            next: ({ bytes }) => {
              waiting.push(new Uint8Array(bytes));
              wake();
            },
            error: ending((controller) => controller.error(broken('terminated'))),
            complete: ending((controller) => controller.close()),
          }),
        );
      },
      pull: (controller) =>
        new Promise((resolve) => {
          wake = () => {
            const bytes = waiting.shift();
            if (bytes === undefined && end === undefined) return;
            wake = () => {};
            if (bytes !== undefined) controller.enqueue(bytes);
            else {
              forget();
              end?.(controller);
            }
            resolve();
          };
          wake();
        }),
      cancel: () => {
        forget();
        subscription.unsubscribe();
      },
    },
    { highWaterMark: 0 },
  );
};
