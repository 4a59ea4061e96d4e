import { allowed, rule, type Rules } from './allowed';
import type { Answer } from './answers';
import { byLoop } from './clock';
import { apiRules, localApi, type LocalApi, type LocalApiOptions } from './LocalApi';
import { byHand, toLoopback, type Reach, type Receiver } from './posting';
import { incomingOf } from './request';
import type { Scripted } from './scripted';
import { assistant } from './scripts';
import { broken, streamOf, type Breaks } from './streamOf';

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

export const fakeRules: Rules<FakeFetchOptions> = { ...apiRules, onWebhook: rule.callback };

/** How webhooks get there without a socket of ours. */
export const reachOf = (onWebhook: Receiver | undefined): Reach => {
  const post = byHand(onWebhook ?? ((request) => globalThis.fetch(request)));
  return onWebhook === undefined ? toLoopback(post) : () => post;
};

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
 * @see fakeApi for the same without Promises, and so in virtual time
 * @see localServer for the same on a socket, where a connection and its end are real ones
 */
export const fakeFetch = (
  script: Scripted | readonly Scripted[] = assistant,
  options: FakeFetchOptions = {},
): FakeFetch => {
  allowed('', options, fakeRules);
  const { onWebhook, ...others } = options;
  const { api, answer, stop } = localApi(script, others, reachOf(onWebhook), byLoop);

  const open: Breaks = new Set();
  let isClosed = false;

  const fetch = async (input: string | URL | Request, init: RequestInit = {}) => {
    // Looked at here: a Request takes no signal of another realm's, such as jsdom's.
    const { signal = input instanceof Request ? input.signal : undefined, ...rest } = init;
    signal?.throwIfAborted();
    const request = new Request(input, rest);
    const incoming = await incomingOf(request);
    const { origin } = new URL(request.url);
    signal?.throwIfAborted();
    if (isClosed) throw broken('fetch failed', 'ECONNREFUSED');
    let answered = answer(incoming, origin);
    if (answered?.status === 307 && request.redirect !== 'manual') {
      // The one redirect there is: to the other slash, on this origin.
      const { pathname, search } = new URL(answered.headers['location'] ?? '', origin);
      const isFollowed = request.redirect === 'follow';
      answered = isFollowed ? answer({ ...incoming, url: pathname + search }, origin) : undefined;
    }
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
