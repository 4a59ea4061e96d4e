import { catchError, concatMap, from, map, of, toArray, type Observable } from 'rxjs';
import type { PermissionRequest } from '../../api/objects';
import type { Answer, Approval } from '../../api/params';
import { answersTo, isQuestion } from '../../api/questions';
import { ApiError, InvalidArgumentError } from '../../errors';
import type { Relay } from '../../relay/createRelay';
import type { Said } from './asked';
import { APPROVE, type Decided } from './requests';

/** What became of a request that a page said something to. */
export interface Outcome {
  readonly request_id: string;
  readonly how: Decided;
}

/** The answer to a question, or to a plan that may be approved; undefined to a tool. */
const answerTo = (request: PermissionRequest, said: Said): Answer | undefined => {
  const { request_id } = said;
  if (!isQuestion(request)) return undefined;
  if ('answer' in said) return { request_id, answers: answersTo(request, said.answer) };
  const { approved, reason } = said;
  const revision = reason === undefined ? 'Revise' : `Revise: ${reason}`;
  return { request_id, answers: answersTo(request, approved ? APPROVE : revision) };
};

const approvalOf = (said: Said): Approval => {
  if ('answer' in said) {
    throw new InvalidArgumentError('messages', 'must say of a tool whether it is approved');
  }
  const { request_id, approved, reason } = said;
  return { request_id, decision: approved ? 'allow' : 'deny', reason };
};

/** "`gate_cancelled` and `run_not_active` are harmless: the run moved on." [wire §5] */
const harmless = new Set(['gate_cancelled', 'run_not_active']);

/** What was decided before; "any refusal without a known harmless code" is told. [wire §5] */
const otherwise = (error: unknown, approved: boolean): Decided => {
  const code = error instanceof ApiError ? error.code : undefined;
  if (code === 'gate_resolved_otherwise') return approved ? 'denied' : 'allowed';
  if (code !== undefined && harmless.has(code)) return 'cancelled';
  throw error;
};

/**
 * Tells the run what people said, one after the other, and the page what became of that: somebody
 * else may have answered before.
 */
export const decide = (
  relay: Pick<Relay, 'pending' | 'decide'>,
  run_id: number,
  said: readonly Said[],
): Observable<readonly Outcome[]> => {
  const allow = (one: Said): Observable<Decided> => {
    const approval = approvalOf(one);
    const isAllowed = approval.decision === 'allow';
    return relay.decide(run_id, approval).pipe(
      map((): Decided => (isAllowed ? 'allowed' : 'denied')),
      catchError((error: unknown) => of(otherwise(error, isAllowed))),
    );
  };
  const answer = (one: Said, answer: Answer): Observable<Decided> =>
    relay.decide(run_id, answer).pipe(
      map((): Decided => ('answer' in one ? 'answered' : one.approved ? 'allowed' : 'denied')),
      catchError((error: unknown) => {
        const isLate =
          error instanceof ApiError && (error.kind === 'conflict' || error.kind === 'missing');
        if (isLate) return of('cancelled' as const);
        throw error;
      }),
    );
  const say = (one: Said, request: PermissionRequest | undefined): Observable<Decided> => {
    // What is asked no more can only be heard about: of a tool, whether it was decided like this.
    if (request === undefined) return one.kind === 'tool' ? allow(one) : of('cancelled');
    const asked = answerTo(request, one);
    return asked === undefined ? allow(one) : answer(one, asked);
  };
  return relay.pending(run_id).pipe(
    toArray(),
    concatMap((all) => {
      const asked = new Map(all.map((one) => [one.request_id, one]));
      const each = said.map((one) => [one, asked.get(one.request_id)] as const);
      for (const [one, request] of each) {
        if (request !== undefined && !isQuestion(request)) approvalOf(one); // before any is told
      }
      return from(each).pipe(
        concatMap(([one, request]) =>
          say(one, request).pipe(map((how) => ({ request_id: one.request_id, how }))),
        ),
        toArray(),
      );
    }),
  );
};
