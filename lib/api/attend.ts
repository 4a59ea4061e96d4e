import {
  asyncScheduler,
  defer,
  EMPTY,
  from,
  isObservable,
  Observable,
  of,
  retry,
  Subscription,
  take,
  throwError,
  throwIfEmpty,
  timer,
  toArray,
} from 'rxjs';
import { ApiError, printable, UnansweredError } from '../errors';
import { backoff, isTransient } from '../http/retry';
import { inner } from '../operator';
import type { Decision, Eventually, Handlers } from './Handlers';
import type { PermissionRequest } from './objects';
import { answersTo, isQuestion } from './questions';
import { LONGEST } from './poll';
import type { Runs } from './Runs';

/** The routes that answering takes. */
export type Answering = Pick<Runs, 'permissions' | 'approve' | 'answer'>;

/** How often in a row something may fail for a passing reason, and how long it is waited then. */
const TRIES = 8;
const WAITS = { delay: 500, maxDelay: 30_000 };

/** The wait after so many failures in a row; none where the error is not waited out. */
const pause = (error: unknown, failures: number): number | undefined => {
  const wait = backoff(error, failures, WAITS);
  return isTransient(error) && failures < TRIES && wait <= LONGEST ? wait : undefined;
};

const isPromise = <A>(value: Eventually<A>): value is PromiseLike<A> =>
  typeof value === 'object' &&
  value !== null &&
  'then' in value &&
  typeof value.then === 'function';

const eventually = <A>(value: Eventually<A>): Observable<A> =>
  isObservable(value) || isPromise(value) ? from(value) : of(value);

const decided = (decision: Decision) =>
  typeof decision === 'boolean'
    ? ({ decision: decision ? 'allow' : 'deny' } as const)
    : typeof decision === 'string'
      ? { decision }
      : decision;

/** "`gate_cancelled` and `run_not_active` are harmless: the run moved on." Nothing else is. [wire §5] */
const isHarmless = (error: unknown): boolean =>
  error instanceof ApiError && (error.code === 'gate_cancelled' || error.code === 'run_not_active');

/** What becomes of one request. */
interface Case {
  /** Its handler, while it is asked; its answer, while that is on its way. */
  readonly work: Subscription;
  state: 'asked' | 'answering' | 'lost' | 'settled';
  /** Sends the answer that was given. */
  send: () => Observable<unknown>;
  failures: number;
  /** When an answer that was lost may be sent again. */
  again: number;
}

/**
 * Answers what a run asks of people, each request once, by its handler; emits nothing.
 *
 * Each of `looks` says whether something may be pending: then the list is read, and what stands
 * there pending is asked, all at once or as many as `concurrency` says. However many looks there are
 * while a list is read, it is read once more. What a list does not tell any more has been settled
 * elsewhere: its handler is let go.
 *
 * An answer that may have been lost on its way (no answer came, or the server failed) is sent again
 * when a later list still tells the request as pending, without asking again. A refusal is an error,
 * unless its code is known to be harmless, and so is what a handler throws.
 *
 * When the looks are over, so is the run: no list is read any more, and nobody is waited for; but an
 * answer on its way is, for its refusal must be heard.
 */
export const attend = (
  runs: Answering,
  runId: number,
  { onApproval, onQuestion, concurrency = Infinity }: Handlers,
  looks: Observable<boolean>,
): Observable<never> =>
  new Observable((subscriber) => {
    const cases = new Map<string, Case>();
    let reading = Subscription.EMPTY;
    let isStale = false; // something has happened since the list was asked for
    let isOver = false;

    const count = (...states: readonly Case['state'][]): number =>
      [...cases.values()].filter(({ state }) => states.includes(state)).length;
    const endIfOver = (): void => {
      if (isOver && count('answering') === 0) subscriber.complete();
    };
    const settle = (one: Case): void => {
      one.state = 'settled';
      one.work.unsubscribe();
    };
    /** Whoever is asked for nothing is asked anew, should the request stand there again. */
    const letGo = (isGone: (id: string) => boolean): void => {
      for (const [id, { state, work }] of cases) {
        if (state === 'asked' && isGone(id)) {
          cases.delete(id);
          work.unsubscribe();
        }
      }
    };

    const send = (one: Case): void => {
      one.state = 'answering';
      const onError = (error: unknown): void => {
        const wait = pause(error, ++one.failures);
        if (wait !== undefined && !isOver) {
          one.state = 'lost';
          one.again = asyncScheduler.now() + wait;
          subscriber.add(timer(wait).subscribe(look));
        } else if (wait !== undefined || isHarmless(error)) {
          settle(one);
          endIfOver();
        } else {
          subscriber.error(error);
        }
      };
      const onComplete = (): void => {
        settle(one);
        endIfOver();
      };
      const taken = inner(subscriber, { next: () => {}, error: onError, complete: onComplete });
      one.work.add(taken);
      one.send().subscribe(taken);
    };

    const ask = (request: PermissionRequest): void => {
      const { request_id } = request;
      const begin = <A>(
        name: string,
        handler: ((request: PermissionRequest) => Eventually<A>) | undefined,
        answer: (given: A) => Observable<unknown>,
      ): void => {
        const unanswered = (): Error =>
          new UnansweredError(
            `run ${runId} waits for an answer to request ${printable(request_id)}; pass ` +
              `${handler === undefined ? name : `${name} a value`}, or answer it with ` +
              'runs.approve() or runs.answer()',
            runId,
            request,
          );
        const one: Case = {
          work: new Subscription(),
          state: 'asked',
          send: () => EMPTY,
          failures: 0,
          again: 0,
        };
        const given = inner<A>(subscriber, {
          next: (value) => {
            one.send = () => answer(value);
            send(one);
            if (concurrency !== Infinity) look(); // whether the next one still waits
          },
          complete: () => {},
        });
        one.work.add(given);
        subscriber.add(one.work);
        cases.set(request_id, one);
        defer(() => (handler === undefined ? EMPTY : eventually(handler(request))))
          .pipe(take(1), throwIfEmpty(unanswered))
          .subscribe(given);
      };

      if (isQuestion(request)) {
        begin('onQuestion', onQuestion, (reply) =>
          runs.answer(runId, { answers: answersTo(request, reply), request_id }),
        );
      } else {
        begin('onApproval', onApproval, (decision) =>
          runs.approve(runId, { ...decided(decision), request_id }),
        );
      }
    };

    const compare = (list: readonly PermissionRequest[]): void => {
      const pending = list.filter(({ status }) => status === 'pending');
      const ids = new Set(pending.map(({ request_id }) => request_id));
      letGo((id) => !ids.has(id));
      for (const request of pending) {
        const known = cases.get(request.request_id);
        if (known === undefined) {
          if (count('asked') < concurrency && !subscriber.closed) ask(request);
        } else if (known.state === 'lost' && known.again <= asyncScheduler.now()) {
          send(known);
        }
      }
    };

    const list = defer(() => runs.permissions(runId)).pipe(
      toArray(),
      retry({
        delay: (error: unknown, failures) => {
          const wait = pause(error, failures);
          return wait === undefined ? throwError(() => error) : timer(wait);
        },
      }),
    );
    const look = (): void => {
      if (isOver) return;
      if (!reading.closed) {
        isStale = true;
        return;
      }
      isStale = false;
      const within = inner<readonly PermissionRequest[]>(subscriber, {
        next: compare,
        complete: () => {},
      });
      within.add(() => {
        if (isStale && !subscriber.closed) look();
      });
      subscriber.add((reading = within));
      list.subscribe(within);
    };
    const rest = (): void => {
      isStale = false;
      reading.unsubscribe();
      letGo(() => true);
    };

    const looking = inner<boolean>(subscriber, {
      next: (isPending) => (isPending ? look() : rest()),
      complete: () => {
        isOver = true;
        rest();
        endIfOver();
      },
    });
    subscriber.add(looking);
    looks.subscribe(looking);
  });
