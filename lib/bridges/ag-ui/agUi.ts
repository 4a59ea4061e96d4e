import { catchError, concatMap, defer, EMPTY, map, of, type Observable } from 'rxjs';
import { InvalidArgumentError } from '../../errors';
import { json } from '../../events/json';
import { refusal } from '../../relay/admission';
import { answering, soon } from '../../relay/answering';
import type { Relay } from '../../relay/createRelay';
import { eventStream } from '../../relay/eventStream';
import { readParams } from '../../relay/readParams';
import { answered } from '../../relay/refusals';
import { segment } from '../segment';
import { cut } from './ending';
import { wantedBy } from './input';
import { toAgUi } from './mapped';
import { threads } from './threads';

/** How AG-UI is spoken. */
export interface AgUiOptions {
  /** Milliseconds between the comments that keep a stream alive. Default 15,000. */
  readonly keepAlive?: number | undefined;
  /** Reads runs that clients start to their end, whoever watches. Default: the relay's `keep`. */
  readonly keep?: boolean | undefined;
}

/** Bytes of a request: a client of AG-UI sends the whole conversation. */
const MOST = 8 * 1024 * 1024;

const frame = (event: object): string => `data: ${json(event)}\n\n`;

/** The thread that is to be stopped; undefined where that is not what is asked for. */
const toStop = ({ url }: Request): string | undefined => {
  const [, name] = /\/([^/]+)\/stop\/?$/.exec(new URL(url).pathname) ?? [];
  try {
    return name === undefined ? undefined : decodeURIComponent(name);
  } catch {
    throw refusal('missing');
  }
};

/**
 * A relay's runs, for clients of AG-UI 1.0: `HttpAgent` of `@ag-ui/client`, and what is built on it.
 *
 * A POST of a `RunAgentInput` is answered with a run of AG-UI, which is one segment of a turn: up to
 * its end, or to where people are asked. A last message of the user's begins a run or replies to one;
 * `resume` answers what was asked; anything else shows the turn that the run is at, from its start.
 * `POST …/{threadId}/stop` ends a run: a client that hangs up only leaves.
 *
 * A thread is a run: its id, or a name that the client chose.
 *
 * @example
 * ```ts
 * import { createServer } from 'node:http';
 * import { createClient } from 'm8tes-rx';
 * import { agUi } from 'm8tes-rx/ag-ui';
 * import { createRelay, memoryLog, toNode } from 'm8tes-rx/relay';
 *
 * const relay = createRelay({
 *   client: createClient(),
 *   log: memoryLog(),
 *   authorize: (request) => {
 *     const user = userOf(request.headers.get('cookie'));
 *     return user ? { owner: user, params: { user_id: user } } : undefined;
 *   },
 * });
 * createServer(toNode(agUi(relay))).listen(3000);
 *
 * const userOf = (cookie: string | null) => /user=(\w+)/.exec(cookie ?? '')?.[1];
 * ```
 *
 * @throws {InvalidArgumentError} where an option is unusable
 */
export const agUi = (
  relay: Relay,
  { keepAlive = 15_000, keep }: AgUiOptions = {},
): ((request: Request) => Promise<Response>) => {
  if (typeof keepAlive !== 'number' || !(keepAlive > 0))
    throw new InvalidArgumentError('keepAlive', 'must be a number above 0');
  const { open, stop } = threads(relay, { keep });

  const run = (
    request: Request,
    input: { readonly [field: string]: unknown },
  ): Observable<Response> => {
    const wanted = wantedBy(input);
    const { threadId, runId, messages: had } = wanted;
    return soon(open(request, wanted), (opened) => {
      const told = opened.pipe(
        concatMap(({ run_id, events, ...how }) =>
          events.pipe(
            segment(run_id === undefined ? EMPTY : relay.pending(run_id)),
            toAgUi({ threadId, runId, had, ...how }),
          ),
        ),
        map(frame),
        catchError((error: unknown) => of(frame(cut(error)))),
      );
      return eventStream(() => told, { keepAlive, signal: request.signal });
    });
  };

  return answering((request) => {
    if (request.method !== 'POST') throw refusal('missing');
    const threadId = toStop(request);
    return defer(() => readParams(request, MOST)).pipe(
      concatMap((input) =>
        threadId === undefined
          ? run(request, input)
          : stop(request, threadId).pipe(map(({ id, status }) => answered({ id, status }))),
      ),
    );
  });
};
