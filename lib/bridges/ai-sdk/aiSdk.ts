import {
  catchError,
  concatMap,
  defaultIfEmpty,
  defer,
  EMPTY,
  endWith,
  map,
  of,
  throwError,
  type Observable,
} from 'rxjs';
import { ApiError, InvalidArgumentError } from '../../errors';
import { refusal } from '../../relay/admission';
import { answering, soon } from '../../relay/answering';
import type { Relay } from '../../relay/createRelay';
import { eventStream } from '../../relay/eventStream';
import { readParams } from '../../relay/readParams';
import { segment } from '../segment';
import { chats, UNKNOWN, type Message } from './chats';
import { chunks } from './chunks';
import type { UIMessageChunk } from './UIMessageChunk';
import { DONE, wireHeaders, written } from './wire';

/** How chats are answered. */
export interface AiSdkOptions {
  /** Milliseconds between the comments that keep a connection alive. Default 15,000. */
  readonly keepAlive?: number | undefined;
  /** Reads runs that chats start to their end, whoever watches. Default: the relay's `keep`. */
  readonly keep?: boolean | undefined;
}

/** What is told where an answer has begun that cannot be given. */
const failing: readonly UIMessageChunk[] = [
  { type: 'error', errorText: 'the service is in trouble; try again a little later' },
  { type: 'finish', finishReason: 'error' },
];

/** `…/{chat}/stream`, `…/{chat}/stop`, or the chats themselves, below whatever is mounted. */
const routeOf = ({ method, url }: Request): { route: string; chat: string } => {
  const { pathname } = new URL(url);
  const [, chat, what] = /\/([^/]+)\/(stream|stop)\/?$/.exec(pathname) ?? [];
  if (chat === undefined || what === undefined) return { route: method, chat: '' };
  try {
    return { route: `${method} ${what}`, chat: decodeURIComponent(chat) };
  } catch {
    throw new InvalidArgumentError('the chat', 'must be encoded as a part of an address');
  }
};

/**
 * Runs as chats of the AI SDK: a handler on a relay, for `useChat` as it is. A chat is a run, each
 * answer of the assistant a turn of it; where the run waits for people the answer ends, and goes on
 * when the page has sent what they said. Who may do what the relay's `authorize` says.
 *
 * It answers `POST {api}`, `GET {api}/{chat}/stream` and `POST {api}/{chat}/stop`, wherever it is
 * mounted. A chat is known by the id that the page chose, for as long as the relay's log keeps that;
 * by a run's id; or by its messages, whose metadata have the run's id.
 *
 * @example
 * ```ts
 * import { createClient } from 'm8tes-rx';
 * import { aiSdk } from 'm8tes-rx/ai-sdk';
 * import { createRelay, memoryLog } from 'm8tes-rx/relay';
 *
 * const relay = createRelay({
 *   client: createClient(),
 *   log: memoryLog(),
 *   authorize: () => ({ owner: 'somebody' }), // whoever has signed in
 * });
 * const chat = aiSdk(relay);
 * export const POST = chat;
 * export const GET = chat;
 * ```
 *
 * @throws InvalidArgumentError where an option is unusable.
 * @see https://ai-sdk.dev/docs/ai-sdk-ui/stream-protocol
 */
export const aiSdk = (
  relay: Relay,
  { keepAlive = 15_000, keep }: AiSdkOptions = {},
): ((request: Request) => Promise<Response>) => {
  if (typeof keepAlive !== 'number' || !(keepAlive > 0))
    throw new InvalidArgumentError('keepAlive', 'must be a number above 0');

  const { post, current, stop } = chats(relay, { keep });

  const told = ({ signal }: Request, opened: Observable<Message>): Observable<Response> =>
    soon(opened, (message) => {
      const text = message.pipe(
        concatMap(({ events, ...how }) => {
          const { run_id } = how;
          const pending = run_id === undefined ? EMPTY : relay.pending(run_id);
          return events.pipe(segment(pending), chunks(how));
        }),
        catchError(() => failing),
        map(written),
        endWith(DONE),
      );
      return eventStream(() => text, { keepAlive, headers: wireHeaders, signal });
    });

  /** Of a chat that nothing is told of, nobody is to come back for: it is no error. */
  const nothing = (): Response => new Response(null, { status: 204 });
  const isNothing = (error: unknown): boolean =>
    error instanceof ApiError && (error.code === UNKNOWN || error.kind === 'conflict');

  const answers: {
    readonly [route: string]: (request: Request, chat: string) => Observable<Response>;
  } = {
    POST: (request) =>
      defer(() => readParams(request)).pipe(
        concatMap((params) => told(request, post(request, params))),
      ),
    'GET stream': (request, chat) =>
      told(request, current(request, chat)).pipe(
        defaultIfEmpty(nothing()),
        catchError((error: unknown) =>
          isNothing(error) ? of(nothing()) : throwError(() => error),
        ),
      ),
    'POST stop': (request, chat) =>
      defer(() => readParams(request)).pipe(
        concatMap((params) => stop(request, chat, params)),
        map(nothing),
      ),
  };

  return answering((request) => {
    const { route, chat } = routeOf(request);
    const answer = answers[route];
    if (answer === undefined) throw refusal('missing');
    return answer(request, chat);
  });
};
