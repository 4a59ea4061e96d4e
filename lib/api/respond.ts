import {
  concatMap,
  connect,
  defer,
  filter,
  ignoreElements,
  last,
  merge,
  takeUntil,
  tap,
  type MonoTypeOperatorFunction,
  type Observable,
} from 'rxjs';
import type { RunEvent } from '../events/RunEvent';
import type { Connection } from '../stream/Healing';
import { attend } from './attend';
import { check } from './check';
import { Handlers } from './Handlers';
import type { Runs } from './Runs';

/** The part of a client that answering takes. */
interface Answering {
  readonly runs: Pick<Runs, 'permissions' | 'approve' | 'answer'>;
  readonly connection$: Observable<Connection>;
}

const asks = (event: RunEvent): boolean =>
  event.type === 'permission_request' || event.type === 'awaiting_approval';

/**
 * Answers what a run asks of people, inside its live stream: passes every event on, and answers each
 * pending request once.
 *
 * ```
 * source:  --m--t--p-----------r--t--d|
 *          respond(client, { onApproval })
 * result:  --m--t--p-----------r--t--d|      p: permission_request, r: permission_resolved
 * answers: --------a-------------------
 * ```
 *
 * What is pending is read from the server whenever the stream asks, and again after every
 * reconnect, so that no request is lost. A refusal is the stream's error unless its code is known
 * to be harmless: `gate_resolved_otherwise`, where another approver decided the opposite, always
 * reaches you.
 *
 * @example
 * ```ts
 * import { createClient, respond, textOnly } from 'm8tes-rx';
 *
 * const client = createClient();
 * client.runs
 *   .create({ message: 'Mail the report', human_in_the_loop: true, permission_mode: 'approval' })
 *   .pipe(respond(client, { onApproval: ({ display_name }) => display_name === 'Send mail' }), textOnly())
 *   .subscribe(console.log);
 * ```
 *
 * @throws UnansweredError when the run asks what no handler is for.
 * @see Runs.wait for a run that is polled
 */
export const respond =
  ({ runs, connection$ }: Answering, handlers: Handlers): MonoTypeOperatorFunction<RunEvent> =>
  (source) =>
    defer(() => {
      check(Handlers, handlers);
      const answered = new Set<string>();
      let run_id: number | undefined;

      return source.pipe(
        tap((event) => {
          if (event.type === 'metadata') run_id ??= event.payload.run_id;
        }),
        connect((events) => {
          const gone = events.pipe(last(undefined, undefined));
          const reconnected = connection$.pipe(
            filter(
              ({ state, run_id: id }) => state === 'open' && id !== undefined && id === run_id,
            ),
          );
          const answering = merge(events.pipe(filter(asks)), reconnected).pipe(
            takeUntil(gone),
            filter(() => run_id !== undefined),
            concatMap(() => attend(runs, run_id!, handlers, answered, gone)),
            ignoreElements(),
          );
          return merge(events, answering);
        }),
      );
    });
