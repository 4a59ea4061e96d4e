import { defer, throwError, timeout, type Observable } from 'rxjs';
import type { ClientOptions } from './api/ClientOptions';
import { connections } from './api/connections';
import { createRuns } from './api/createRuns';
import type { Runs } from './api/Runs';
import { settings } from './api/settings';
import { createTasks, type Tasks } from './api/tasks';
import { RunTimeoutError } from './errors';
import { authorize } from './http/authorize';
import { fetching } from './http/fetching';
import { refuse } from './http/refuse';
import { retry } from './http/retry';
import type { Send } from './http/Request';
import type { Connection } from './stream/Healing';

/** A client of the API. */
export interface Client {
  readonly runs: Runs;
  readonly tasks: Tasks;
  /** Every connection that the client's streams make, lose and win back. Hot: subscribing opens none. */
  readonly connection$: Observable<Connection>;
}

/**
 * Makes a client. Nothing is sent before a call's Observable is subscribed to.
 *
 * @example
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
  const { origin, fetch, retries, requestTimeout, api: how } = settings(options);

  const send: Send = (request) =>
    defer(() => {
      const call = authorize(origin, request);
      const late = (): Error =>
        new RunTimeoutError(
          `${call.name} got no answer within ${requestTimeout} ms; try again, or raise timeouts.request`,
          'timeouts.request',
          requestTimeout,
        );
      return fetching(fetch, call).pipe(
        refuse(origin, request, call),
        timeout({ first: requestTimeout, with: () => throwError(late) }),
        retry(request, retries),
      );
    });

  const { connection$, onConnection } = connections(how.streams.onConnection);
  const api = { ...how, send, streams: { ...how.streams, onConnection } };
  return { runs: createRuns(api), tasks: createTasks(api), connection$ };
};
