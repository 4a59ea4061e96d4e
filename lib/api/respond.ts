import { isRight } from 'fp-ts/Either';
import { filter, Observable, timer, type MonoTypeOperatorFunction, type Subscriber } from 'rxjs';
import { UnansweredError } from '../errors';
import { asksPeople, isTerminal } from '../events/kinds';
import { number, record, within } from '../events/record';
import type { RunEvent } from '../events/RunEvent';
import { inner } from '../operator';
import type { ConnectionState } from '../stream/Healing';
import { attend } from './attend';
import { check } from './check';
import { Handlers } from './Handlers';
import type { Runs } from './Runs';

/** The part of a client that answering takes. @inline */
interface Client {
  readonly runs: Pick<Runs, 'permissions' | 'approve' | 'answer'>;
  readonly connection$: Observable<ConnectionState>;
}

/** Milliseconds that a request waits for somebody to say of which run it is. */
const PATIENCE = 5_000;

const Naming = record(
  { run_id: number, payload: within(record({ run_id: number })) },
  'a run that is named',
);

/** The run that an event names: in its payload, or beside it. */
const runOf = (event: RunEvent): number | undefined => {
  const named = Naming.decode(event);
  return isRight(named) ? (named.right.payload?.run_id ?? named.right.run_id) : undefined;
};

/**
 * Answers what a run asks of people, inside its live stream: passes every event on, and answers each
 * pending request once.
 *
 * ```
 * source:  --m--t--p-w---------r--t--d|
 *          respond(client, { onApproval })
 * result:  --m--t--p-w---------r--t--d|      p: permission_request, r: permission_resolved
 * answers: --------(^!)
 * ```
 *
 * What is pending is read from the server whenever the stream asks, and again after every
 * reconnect, so that no request is lost. Several are asked at once, unless `concurrency` says
 * otherwise; one that is settled elsewhere meanwhile lets its handler go. A refusal is the stream's
 * error unless its code is known to be harmless: `gate_resolved_otherwise`, where another approver
 * decided the opposite, always reaches you.
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
 * @throws UnansweredError when the run asks what no handler is for; or when no event has said, nor
 *   says within five seconds, which run it is.
 * @see Runs.wait for a run that is polled
 */
export const respond =
  <E extends RunEvent>(
    { runs, connection$ }: Client,
    handlers: Handlers,
  ): MonoTypeOperatorFunction<E> =>
  (source) =>
    new Observable((subscriber) => {
      check(Handlers, handlers);
      let run_id: number | undefined;
      let isAsked = false; // before anybody knew which run it is
      let looks: Subscriber<boolean> | undefined;

      const look = (id: number): void => {
        if (looks === undefined) {
          const attending = inner<never>(subscriber, { next: () => {} });
          subscriber.add(attending);
          attend(runs, id, handlers, new Observable((its) => void (looks = its))).subscribe(
            attending,
          );
        }
        looks?.next(true);
      };

      const unknown = (): Error =>
        new UnansweredError(
          'a run waits for an answer, and no event has said which run it is; let respond() see its ' +
            'metadata: put it before what filters them, and subscribe from the beginning',
          undefined,
          undefined,
        );
      const wait = (): void => {
        if (isAsked) return;
        isAsked = true;
        const late = (): void => {
          if (run_id === undefined) subscriber.error(unknown());
        };
        subscriber.add(timer(PATIENCE).subscribe(late));
      };

      const reconnected = inner<ConnectionState>(subscriber, {
        next: ({ run_id: id }) => look(id!),
        complete: () => {},
      });
      subscriber.add(reconnected);
      connection$
        .pipe(
          filter(({ state, run_id: id }) => state === 'open' && id !== undefined && id === run_id),
        )
        .subscribe(reconnected);

      const reading = inner<E>(subscriber, {
        next: (event) => {
          const isFirst = run_id === undefined;
          run_id ??= runOf(event);
          subscriber.next(event);
          if (asksPeople(event)) {
            if (run_id === undefined) wait();
            else look(run_id);
          } else if (isFirst && isAsked && run_id !== undefined) {
            look(run_id);
          } else if (event.type === 'permission_resolved') {
            looks?.next(true);
          } else if (isTerminal(event)) {
            looks?.next(false);
          }
        },
        complete: () => {
          if (looks !== undefined) looks.complete();
          else if (isAsked) subscriber.error(unknown());
          else subscriber.complete();
        },
      });
      subscriber.add(reading);
      source.subscribe(reading);
    });
