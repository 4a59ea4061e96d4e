import {
  catchError,
  concatMap,
  defer,
  EMPTY,
  filter,
  from,
  isObservable,
  NEVER,
  of,
  take,
  takeUntil,
  tap,
  throwError,
  throwIfEmpty,
  type Observable,
} from 'rxjs';
import { ApiError, UnansweredError } from '../errors';
import type { Decision, Eventually, Handlers, Reply } from './Handlers';
import type { PermissionRequest } from './objects';
import { isPlanApproval, questions } from './questions';
import type { Runs } from './Runs';

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

/** "A plan is answered `{"Plan Approval": "Approve"}`", a question by its own text. [wire §5] */
const answers = (
  request: PermissionRequest,
  reply: Reply,
): { readonly [question: string]: string } => {
  if (typeof reply !== 'string') return reply;
  const question = isPlanApproval(request) ? 'Plan Approval' : questions(request)[0]?.question;
  return question === undefined ? {} : { [question]: reply };
};

/** "`gate_cancelled` and `run_not_active` are harmless: the run moved on." Nothing else is. [wire §5] */
const isHarmless = (error: unknown): boolean =>
  error instanceof ApiError && (error.code === 'gate_cancelled' || error.code === 'run_not_active');

/**
 * Reads what a run asks, and answers each pending request once, by its handler.
 *
 * A request counts as answered when the server has taken the answer: one that was lost on its way
 * is given again. A refusal is an error unless its code is known to be harmless. Once the run is
 * `gone` nobody is waited for any more, but an answer on its way is: its refusal must be heard.
 */
export const attend = (
  runs: Pick<Runs, 'permissions' | 'approve' | 'answer'>,
  runId: number,
  { onApproval, onQuestion }: Handlers,
  answered: Set<string>,
  gone: Observable<unknown> = NEVER,
): Observable<unknown> => {
  const answer = (request: PermissionRequest): Observable<unknown> => {
    const { request_id } = request;
    const unanswered = (handler: string) => (): Error =>
      new UnansweredError(
        `run ${runId} waits for an answer to request ${request_id}; pass ${handler}, or answer it ` +
          'with runs.approve() or runs.answer()',
        runId,
        request,
      );
    const asked = <A>(
      handler: ((request: PermissionRequest) => Eventually<A>) | undefined,
      name: string,
      send: (answer: A) => Observable<unknown>,
    ): Observable<unknown> =>
      defer(() => (handler === undefined ? EMPTY : eventually(handler(request)))).pipe(
        take(1),
        throwIfEmpty(unanswered(handler === undefined ? name : `${name} a value`)),
        takeUntil(gone),
        concatMap((answer) =>
          send(answer).pipe(
            catchError((error: unknown) => (isHarmless(error) ? EMPTY : throwError(() => error))),
            tap({ complete: () => answered.add(request_id) }),
          ),
        ),
      );

    return questions(request).length > 0
      ? asked(onQuestion, 'onQuestion', (reply) =>
          runs.answer(runId, { answers: answers(request, reply), request_id }),
        )
      : asked(onApproval, 'onApproval', (decision) =>
          runs.approve(runId, { ...decided(decision), request_id }),
        );
  };

  return runs.permissions(runId).pipe(
    filter(({ status, request_id }) => status === 'pending' && !answered.has(request_id)),
    concatMap(answer),
  );
};
