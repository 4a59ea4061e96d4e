import { catchError, concatMap, EMPTY, ignoreElements, of, toArray, type Observable } from 'rxjs';
import type { PermissionRequest } from '../../api/objects';
import type { Answer, Approval } from '../../api/params';
import { answersTo, isPlanApproval, isQuestion } from '../../api/questions';
import { ApiError, InvalidArgumentError } from '../../errors';
import { isObject } from '../../events/record';
import type { Relay } from '../../relay/createRelay';
import type { AgUiEvent } from './events';
import type { ResumeEntry } from './input';

const unusable = (must: string) => new InvalidArgumentError('resume[].payload', must);

/** What was decided about a tool, or a plan. A bare yes or no is one as well. */
const verdict = (payload: unknown) => {
  const { approved, reason, remember } = isObject(payload)
    ? payload
    : { approved: payload, reason: undefined, remember: undefined };
  if (typeof approved !== 'boolean') throw unusable('must be like { approved: true }');
  return {
    approved,
    ...(typeof reason === 'string' && reason !== '' && { reason }),
    ...(typeof remember === 'boolean' && { remember }),
  };
};

/** What a question is answered with: one text for the first, or a text or several by question. */
const replied = (payload: unknown): Parameters<typeof answersTo>[1] => {
  if (typeof payload === 'string' && payload !== '') return payload;
  const entries = isObject(payload) ? Object.entries(payload) : [];
  const isReply = (value: unknown): value is string | readonly string[] =>
    [value].flat().every((one) => typeof one === 'string');
  if (entries.length === 0 || !entries.every(([, value]) => isReply(value)))
    throw unusable('must be an answer by question, like { "Which one?": "The first" }');
  return Object.fromEntries(
    entries.map(([question, value]) => [question, [value].flat().join(', ')]),
  );
};

const isVerdict = (payload: unknown): boolean =>
  typeof payload === 'boolean' || (isObject(payload) && typeof payload['approved'] === 'boolean');

/**
 * A resume entry as the API is answered. One that was given up is denied.
 *
 * @param request undefined where it is not known: what is a verdict by its shape is taken for one.
 * @throws {InvalidArgumentError} where the payload is no answer to it
 */
export const decisionOf = (
  { interruptId: request_id, status, payload }: ResumeEntry,
  request?: PermissionRequest,
): (Approval | Answer) & { readonly request_id: string } => {
  if (status === 'cancelled') return { request_id, decision: 'deny' };
  if (request !== undefined && isPlanApproval(request)) {
    const { approved, reason } = verdict(payload);
    const revise = reason === undefined ? 'Revise' : `Revise: ${reason}`;
    return { request_id, answers: answersTo(request, approved ? 'Approve' : revise) };
  }
  if (request === undefined ? !isVerdict(payload) : isQuestion(request))
    return { request_id, answers: answersTo(request ?? { request_id }, replied(payload)) };
  const { approved, ...how } = verdict(payload);
  return { request_id, decision: approved ? 'allow' : 'deny', ...how };
};

/** What is told where somebody else was first, and it is not, or may not be, what was decided here. */
export const elsewhere = (request_id: string, status: string): AgUiEvent => ({
  type: 'CUSTOM',
  name: 'decided_elsewhere',
  value: { request_id, status },
});

const agreeing = { allow: 'allowed', deny: 'denied' } as const;

/** What is told of a request that was settled before; undefined where that is what was wanted. */
export const settled = (
  decision: Approval | Answer,
  { request_id, status = '' }: PermissionRequest,
): AgUiEvent | undefined =>
  status === 'cancelled' || ('decision' in decision && status === agreeing[decision.decision])
    ? undefined
    : elsewhere(request_id, status);

/**
 * What is told where the API refuses an answer because the run has moved on: "harmless", or that it
 * was decided the opposite way. Any other refusal is an error. [wire §5]
 */
export const refusedAnswer = (
  decision: Approval | Answer,
  request_id: string,
  error: unknown,
): AgUiEvent | undefined => {
  const code = error instanceof ApiError ? error.code : undefined;
  if (code === 'gate_cancelled' || code === 'run_not_active') return undefined;
  const isAnswer = !('decision' in decision);
  if (isAnswer && error instanceof ApiError && error.kind === 'conflict')
    return elsewhere(request_id, 'settled');
  if (code !== 'gate_resolved_otherwise' || isAnswer) throw error;
  return elsewhere(request_id, agreeing[decision.decision === 'allow' ? 'deny' : 'allow']);
};

/** Answers what is still asked; emits what there is to tell of what somebody else was first with. */
export const decide = (
  relay: Pick<Relay, 'pending' | 'decide'>,
  run_id: number,
  entries: readonly ResumeEntry[],
): Observable<AgUiEvent> => {
  const told = (event: AgUiEvent | undefined) => (event === undefined ? EMPTY : of(event));
  const send = (decision: Approval | Answer): Observable<unknown> =>
    'decision' in decision ? relay.decide(run_id, decision) : relay.decide(run_id, decision);
  return relay.pending(run_id).pipe(
    toArray(),
    concatMap((requests) =>
      // All of them, before the first is sent.
      entries.map((entry) => {
        const asked = requests.find(({ request_id }) => request_id === entry.interruptId);
        return { asked, decision: decisionOf(entry, asked) };
      }),
    ),
    concatMap(({ asked, decision }) => {
      const { status = 'pending' } = asked ?? {};
      if (asked !== undefined && status !== 'pending') return told(settled(decision, asked));
      return send(decision).pipe(
        ignoreElements(),
        catchError((error: unknown) => told(refusedAnswer(decision, decision.request_id, error))),
      );
    }),
  );
};
