import type { Handler } from '../Call';
import { checked } from '../checked';
import { jsonAnswer } from '../jsonAnswer';
import { refusal } from '../refusal';
import { decide } from '../runs/decide';
import { executing } from '../runs/executing';
import { meanwhile } from '../runs/meanwhile';
import { findRun } from './findRun';

/** Decides about a tool. The same decision again is fine; a refusal says why it is none. [wire §5] */
export const approve: Handler = (call) => {
  const held = findRun(call);
  const body = checked(call.body, 'request_id', 'decision');
  const { request_id, remember = false, reason } = body;
  const decision = body['decision'] as 'allow' | 'deny';
  const gate = held.gates.find(({ request }) => request.request_id === request_id);
  if (gate === undefined) throw refusal(404, 'No such permission request', 'gate_not_found');
  meanwhile(held, gate, call.world);

  const wanted = decision === 'allow' ? 'allowed' : 'denied';
  const { status } = gate.request;
  const whose = `Permission request ${gate.request.request_id}`;
  if (status === wanted) return jsonAnswer(gate.request);
  if (status === 'cancelled') throw refusal(404, `${whose} was cancelled`, 'gate_cancelled');
  if (status !== 'pending') {
    const message = `${whose} is ${status} and cannot be ${wanted}`;
    throw refusal(404, message, 'gate_resolved_otherwise');
  }
  if (executing(held) === undefined) throw refusal(409, 'The run has ended', 'run_not_active');
  decide(held, gate, wanted, {
    decision,
    remember: remember === true,
    reason: reason as string | undefined,
    answers: {},
  });
  return jsonAnswer(gate.request);
};
