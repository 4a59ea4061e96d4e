import type { Handler } from '../Call';
import { checked } from '../checked';
import { jsonAnswer } from '../jsonAnswer';
import { refusal } from '../refusal';
import { decide } from '../runs/decide';
import { meanwhile } from '../runs/meanwhile';
import { findRun } from './findRun';

/** Answers a question or a plan: the one named, else the first that waits. [wire §5] */
export const answer: Handler = (call) => {
  const held = findRun(call);
  const { request_id, answers } = checked(call.body, 'answers');
  const questions = held.gates.filter(({ request }) => request.tool_name === 'AskUserQuestion');
  const gate = questions.find(({ request }) =>
    request_id === undefined ? request.status === 'pending' : request.request_id === request_id,
  );
  if (gate !== undefined) meanwhile(held, gate, call.world);
  // "409 unless the run is `awaiting_approval`."
  if (held.record.status !== 'awaiting_approval') {
    throw refusal(409, 'The run is not waiting for an answer', 'run_not_awaiting');
  }
  if (gate === undefined && request_id !== undefined) {
    throw refusal(404, 'No such question', 'gate_not_found');
  }
  if (gate?.request.status !== 'pending') {
    throw refusal(409, 'No question is waiting', 'run_not_awaiting');
  }
  decide(held, gate, 'answered', {
    decision: 'allow',
    remember: false,
    answers: answers as { readonly [question: string]: string },
  });
  return jsonAnswer({ status: 'ok', resumed: gate.request.resumed });
};
