import { from, of, throwError, type Observable } from 'rxjs';
import type { PermissionRequest } from '../../lib/api/objects';
import type { Answer, Approval } from '../../lib/api/params';
import type { Runs } from '../../lib/api/Runs';
import { ApiError } from '../../lib/errors';

/** A tool that wants approval. */
export const tool = (request_id = 'req_1', status = 'pending'): PermissionRequest => ({
  request_id,
  status,
  tool_name: 'gmail_send',
  display_name: 'Send mail',
});

/** Something asked in words. */
export const asked = (
  question: string,
  header = 'Team',
  request_id = 'req_q',
): PermissionRequest => ({
  request_id,
  status: 'pending',
  tool_name: 'AskUserQuestion',
  tool_input: { questions: [{ question, header }] },
});

/** A refusal of an answer. [wire §5] */
export const refusal = (code: string, status = 404): ApiError =>
  new ApiError(code, { kind: status === 404 ? 'missing' : 'conflict', status, code });

/** Runs that ask this, and take any answer but those to be refused. */
export const asking = (
  pending: readonly PermissionRequest[] | (() => Observable<PermissionRequest>),
  refused?: Error,
) => {
  const given: (Approval | Answer)[] = [];
  const take = <A>(answer: Approval | Answer, receipt: A): Observable<A> => {
    given.push(answer);
    return refused === undefined ? of(receipt) : throwError(() => refused);
  };
  const permissions = jest.fn(() => (typeof pending === 'function' ? pending() : from(pending)));
  const runs: Pick<Runs, 'permissions' | 'approve' | 'answer'> = {
    permissions,
    approve: (_, approval) => take(approval, tool(approval.request_id, 'allowed')),
    answer: (_, answer) => take(answer, { status: 'ok', resumed: true }),
  };
  return { runs, given, permissions };
};
