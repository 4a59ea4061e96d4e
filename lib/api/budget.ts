import { isRight } from 'fp-ts/Either';
import {
  asyncScheduler,
  defer,
  EMPTY,
  Observable,
  timer,
  type MonoTypeOperatorFunction,
} from 'rxjs';
import { BudgetError as Overspent, type Overspending } from '../errors';
import { hasEnded } from '../events/kinds';
import type { RunEvent } from '../events/RunEvent';
import { inner } from '../operator';
import { fold } from '../operators/fold';
import type { RunResult } from '../operators/RunResult';
import { check, parameter, type Parameters } from './check';
import { Usage } from './objects';
import { LONGEST } from './poll';
import type { Runs } from './Runs';
import { isConflict } from './streamed';

/** What a run may take, and whose it is. What has no limit is not limited. */
export interface Budget {
  /** US dollars. */
  readonly maxCostUsd?: number | undefined;
  /** Tokens in all: input and output. */
  readonly maxTokens?: number | undefined;
  /** Milliseconds from its subscription to its ending. */
  readonly maxMs?: number | undefined;
  /** Your own user; accounts in strict multi-tenant mode must name one to cancel a run. */
  readonly user_id?: string | undefined;
}

export const Budget: Parameters<Budget> = {
  maxCostUsd: parameter.amount,
  maxTokens: parameter.count,
  maxMs: parameter.timeout,
  user_id: parameter.text,
};

/** The part of a client that a budget takes. @inline */
interface Client {
  readonly runs: Pick<Runs, 'cancel'>;
}

const most = (one: number | undefined, other: number | undefined): number | undefined =>
  one === undefined || other === undefined ? (one ?? other) : Math.max(one, other);

const sum = (one: number | undefined, other: number | undefined): number | undefined =>
  one === undefined && other === undefined ? undefined : (one ?? 0) + (other ?? 0);

const money = (text: string | number | undefined): number | undefined =>
  text !== undefined && Number.isFinite(Number(text)) ? Number(text) : undefined;

/** What its events say that a run has taken: of what they say twice, the more. */
const spentBy = ({ usage, metrics }: RunResult, ms: number): Overspending['spent'] => {
  const told = Usage.decode(usage ?? {});
  const { total_tokens, input_tokens, output_tokens, cost_usd } = isRight(told) ? told.right : {};
  const { input_tokens_used, output_tokens_used, claude_token_cost_usd } = metrics;
  return {
    cost_usd: most(money(cost_usd), money(claude_token_cost_usd)),
    tokens: most(
      total_tokens ?? sum(input_tokens, output_tokens),
      sum(input_tokens_used, output_tokens_used),
    ),
    ms,
  };
};

const messageOf = ({ limit, spent, run_id, cause }: Overspending, end: 'over' | 'cut'): string => {
  const run = run_id === undefined ? 'the run' : `run ${run_id}`;
  const { cost_usd, tokens, ms } = spent;
  const taken = { maxCostUsd: `${cost_usd} USD`, maxTokens: `${tokens} tokens`, maxMs: `${ms} ms` };
  const kept = 'what it produced is in error.result';
  if (end === 'over')
    return `${run} took ${taken[limit]}, more than ${limit}, and has ended; ${kept}`;
  if (cause === undefined && run_id !== undefined)
    return `${run} took ${taken[limit]}, more than ${limit}, and was cancelled; ${kept}`;
  const advice = run_id === undefined ? 'no event has said which it is' : 'try runs.cancel() again';
  return `${run} took ${taken[limit]}, more than ${limit}, and may be going on: ${advice}; ${kept}`;
};

/**
 * Lets a run take so much and no more: passes every event on, and where it takes more than its
 * budget, cancels it on the server and errors with a {@link BudgetError}, once that is answered.
 *
 * ```
 * source:   --m--t--u--t--d|
 *           budget(client, { maxTokens: 1000 })
 * result:   --m--t--u--#         u: a metadata with a usage of 1,200 tokens
 * cancels:  --------^--!
 * ```
 *
 * What a run has taken is what its events say: the last `usage` of a `metadata`, and `run_metrics`.
 * A server that tells it at the end only is told of there: a run that has ended is not cut short, and
 * its overspending is its error when all of it was passed on. Time is measured from the subscription,
 * and whatever the events say. A run that nobody has heard of yet is cancelled as soon as an event says
 * which it is. The cancelling goes on where its subscriber leaves meanwhile.
 *
 * @example
 * ```ts
 * import { budget, collectRun, createClient } from 'm8tes-rx';
 *
 * const client = createClient();
 * client.runs
 *   .create({ message: 'Sort my inbox' })
 *   .pipe(budget(client, { maxCostUsd: 0.5, maxMs: 120_000 }), collectRun())
 *   .subscribe(({ text }) => console.log(text));
 * ```
 *
 * @throws InvalidArgumentError when a limit is unusable.
 */
export const budget =
  <E extends RunEvent>({ runs }: Client, limits: Budget): MonoTypeOperatorFunction<E> =>
  (source) =>
    new Observable((subscriber) => {
      const {
        maxCostUsd = Infinity,
        maxTokens = Infinity,
        maxMs = Infinity,
        user_id,
      } = check(Budget, limits);
      const run = fold();
      const began = asyncScheduler.now();
      let run_id: number | undefined;
      let ended = false;
      let isLate = false;
      let over: Overspending<RunResult> | undefined;

      /** What of the budget is spent, if any of it is. */
      const judge = (): typeof over => {
        const spent = spentBy(run.result(), asyncScheduler.now() - began);
        const { cost_usd = 0, tokens = 0 } = spent;
        const limit =
          cost_usd > maxCostUsd
            ? 'maxCostUsd'
            : tokens > maxTokens
              ? 'maxTokens'
              : isLate && !ended
                ? 'maxMs'
                : undefined;
        return limit && { limit, spent, run_id, result: { ...run.result() } };
      };
      const fail = (spending: Overspending<RunResult>, end: 'over' | 'cut'): void =>
        subscriber.error(new BudgetError(messageOf(spending, end), spending));

      /** Cancels the run as soon as it is known. Nothing more of it is passed on. */
      const stop = (spending: Overspending<RunResult>): void => {
        if (run_id === undefined) return;
        reading.unsubscribe();
        late.unsubscribe(); // it is cancelled once, however late it gets meanwhile
        const id = run_id;
        const known = { ...spending, run_id };
        defer(() => runs.cancel(id, { user_id })).subscribe({
          error: (cause: unknown) => fail(isConflict(cause) ? known : { ...known, cause }, 'cut'),
          complete: () => fail(known, 'cut'),
        });
      };
      const look = (): void => {
        over ??= judge();
        if (over !== undefined) stop(over);
      };

      const reading = inner<E>(subscriber, {
        next: (event) => {
          run.add(event);
          ended = hasEnded(ended, event);
          const isTold = event.type === 'metadata' || event.type === 'run_metrics';
          if (event.type === 'metadata') run_id ??= event.payload.run_id;
          if (over === undefined) subscriber.next(event);
          if ((isTold || isLate) && !ended && !subscriber.closed) look();
        },
        error: (cause) => {
          if (over === undefined) subscriber.error(cause);
          else fail({ ...over, cause }, 'cut');
        },
        complete: () => {
          const spending = over ?? judge();
          if (spending === undefined) subscriber.complete();
          else fail(spending, ended ? 'over' : 'cut');
        },
      });
      subscriber.add(reading);
      const late = inner<0>(subscriber, {
        next: () => {
          isLate = true;
          if (!ended) look();
        },
        complete: () => {},
      });
      subscriber.add(late);
      (maxMs > LONGEST ? EMPTY : timer(maxMs)).subscribe(late);
      source.subscribe(reading);
    });

/** A run took more than its budget: what {@link budget} errors with. */
export interface BudgetError extends Error, Overspending<RunResult> {
  readonly name: 'BudgetError';
  readonly cause?: unknown;
}

// `errors.ts` knows no results: there `instanceof` would narrow to `any`.
/** The class itself. */
export const BudgetError: {
  /** As {@link budget} does. */
  new (message: string, spending: Overspending<RunResult>): BudgetError;
  readonly prototype: BudgetError;
} = Overspent;
