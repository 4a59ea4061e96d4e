import {
  asapScheduler,
  defer,
  subscribeOn,
  take,
  throwError,
  throwIfEmpty,
  timeout,
  type Observable,
} from 'rxjs';
import { createAgents, type Agents } from './api/agents';
import type { ClientOptions } from './api/ClientOptions';
import { connections } from './api/connections';
import { createRuns } from './api/createRuns';
import type { Runs } from './api/Runs';
import { settings } from './api/settings';
import { createTasks, type Tasks } from './api/tasks';
import { createWebhooks, type Webhooks } from './api/webhooks';
import { RunTimeoutError } from './errors';
import { authorize } from './http/authorize';
import { refuse } from './http/refuse';
import { retry } from './http/retry';
import type { Send } from './http/Request';
import { unanswered } from './http/Transport';
import type { ConnectionState } from './stream/Healing';

/** A client of the API. */
export interface Client {
  readonly runs: Runs;
  /** What agents do again and again, and what starts it: `tasks.triggers`. */
  readonly tasks: Tasks;
  /** Who does the work. */
  readonly agents: Agents;
  /** Endpoints that are told what becomes of runs. */
  readonly webhooks: Webhooks;
  /** Every connection that the client's streams make, lose and win back. Hot: subscribing opens none. */
  readonly connection$: Observable<ConnectionState>;
}

/**
 * Makes a client. Nothing is sent before a call's Observable is subscribed to.
 *
 * A page has no key: its client is one of your own server's relay, `createClient({ relay: '/m8tes' })`,
 * which offers some of the API's routes to whoever may use them; the others are `missing` there.
 *
 * @example On a server:
 * ```ts
 * import { createClient } from 'm8tes-rx';
 *
 * const client = createClient({ apiKey: 'm8_…' });
 * client.runs.streamText({ message: 'Which tickets are open?' }).subscribe(console.log);
 * ```
 *
 * @throws InvalidArgumentError when an option is unusable; its message names the option.
 */
export const createClient = (options: ClientOptions = {}): Client => {
  const { origin, transport, retries, api: how } = settings(options);
  const { request: limit } = how.limits;

  const send: Send = (request) =>
    defer(() => {
      const call = authorize(origin, request);
      const asked = { url: call.url, ...call.init };
      const late = (): Error =>
        new RunTimeoutError(
          `${call.name} got no answer within ${limit} ms; try again, or raise timeouts.request`,
          'timeouts.request',
          limit,
        );
      const sending = defer(() => {
        request.onSend?.();
        return transport(asked);
      });
      return sending.pipe(
        subscribeOn(asapScheduler), // what is left at once was never sent
        take(1),
        throwIfEmpty(() => unanswered(asked, undefined)),
        refuse(origin, request, call),
        timeout({ first: limit, with: () => throwError(late) }),
        retry(request, retries),
      );
    });

  const { connection$, ...told } = connections(how.streams.onConnection);
  const api = { ...how, send, streams: { ...how.streams, ...told } };
  const runs = createRuns(api);
  return {
    runs,
    tasks: createTasks(api, runs),
    agents: createAgents(api),
    webhooks: createWebhooks(api),
    connection$,
  };
};
