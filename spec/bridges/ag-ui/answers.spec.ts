import { ApiError, InvalidArgumentError } from 'm8tes-rx';
import { aPermissionRequest, aPlan, aQuestion } from 'm8tes-rx/testing';
import { decisionOf, refusedAnswer, settled } from '../../../lib/bridges/ag-ui/answers';

const resolved = (payload: unknown) => ({ interruptId: 'r', status: 'resolved', payload }) as const;
const request_id = 'r';
const tool = aPermissionRequest({ request_id });
const question = aQuestion('Which one?');

describe('an answer', () => {
  it.each([
    ['yes', resolved(true), tool, { decision: 'allow' }],
    ['no', resolved(false), undefined, { decision: 'deny' }],
    [
      'approved',
      resolved({ approved: true, remember: true }),
      tool,
      { decision: 'allow', remember: true },
    ],
    [
      'refused',
      resolved({ approved: false, reason: 'no' }),
      undefined,
      { decision: 'deny', reason: 'no' },
    ],
    [
      'of odd fields',
      resolved({ approved: true, reason: 7, remember: 'x' }),
      tool,
      { decision: 'allow' },
    ],
    [
      'given up',
      { interruptId: 'r', status: 'cancelled' } as const,
      question,
      { decision: 'deny' },
    ],
    ['a label', resolved('This'), question, { answers: { 'Which one?': 'This' } }],
    ['by question', resolved({ a: 'b' }), undefined, { answers: { a: 'b' } }],
    ['a plan approved', resolved(true), aPlan('x'), { answers: { 'Plan Approval': 'Approve' } }],
  ])('is %s', (_, entry, request, expected) => {
    expect(decisionOf(entry, request)).toEqual({ request_id, ...expected });
  });

  it.each([
    ['a tool', 'yes', tool],
    ['a tool', undefined, tool],
    ['a tool', { approved: 'true' }, tool],
    ['a plan', 'Approve', aPlan('x')],
    ['a question', { approved: true }, question],
    ['a question', null, question],
    ['a question', ['This'], question],
    ['what is not known', undefined, undefined],
    ['what is not known', 7, undefined],
  ])('to %s is not %j', (_, payload, request) => {
    expect(() => decisionOf(resolved(payload), request)).toThrow(InvalidArgumentError);
  });
});

describe('what was decided before', () => {
  const allow = { request_id, decision: 'allow' } as const;
  const answers = { request_id, answers: { a: 'b' } };

  it.each([
    [allow, 'allowed', undefined],
    [allow, 'denied', 'denied'],
    [{ ...allow, decision: 'deny' } as const, 'denied', undefined],
    [{ ...allow, decision: 'deny' } as const, 'allowed', 'allowed'],
    [allow, 'cancelled', undefined],
    [answers, 'answered', 'answered'],
    [answers, 'cancelled', undefined],
  ])('%j where it is %s is told as %s', (decision, status, told) => {
    const event = settled(decision, { ...tool, status });
    expect(event).toEqual(
      told && { type: 'CUSTOM', name: 'decided_elsewhere', value: { request_id, status: told } },
    );
  });

  const refusal = (status: number, code?: string) =>
    new ApiError('no', { kind: status === 409 ? 'conflict' : 'missing', status, code });

  it('is told where the API says so, and harmless where it moved on', () => {
    const status = (decision: Parameters<typeof settled>[0], error: unknown) => {
      const event = refusedAnswer(decision, request_id, error);
      return event?.type === 'CUSTOM' ? event.value : undefined;
    };
    expect(status(allow, refusal(404, 'gate_cancelled'))).toBeUndefined();
    expect(status(allow, refusal(409, 'run_not_active'))).toBeUndefined();
    expect(status(allow, refusal(404, 'gate_resolved_otherwise'))).toEqual({
      request_id,
      status: 'denied',
    });
    expect(status(answers, refusal(409, 'run_not_awaiting'))).toEqual({
      request_id,
      status: 'settled',
    });
  });

  it.each([
    [allow, refusal(404, 'gate_not_found')],
    [allow, refusal(409)],
    [answers, refusal(404, 'gate_not_found')],
    [answers, new TypeError('a mistake')],
  ])('is no excuse for another refusal: %j', (decision, error) => {
    expect(() => refusedAnswer(decision, request_id, error)).toThrow(error);
  });
});
