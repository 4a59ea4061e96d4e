import { jsonAnswer, refusal } from '../answers';
import type { Handler, Route } from '../Call';
import type { PermissionMode } from '../records';
import { decide } from '../runs/gates';
import { change, executing, type Gate, type HeldRun } from '../runs/HeldRun';
import { stop } from '../runs/turns';
import type { Verdict } from '../Script';
import { checked } from './checked';
import { findRun } from './owned';

/** Decides about a tool. The same decision again is fine; a refusal says why it is none. [wire §5] */
const approve: Handler = (call) => {
  const held = findRun(call);
  const body = checked(call.body, 'request_id', 'decision');
  const { request_id, remember = false, reason } = body;
  const decision = body['decision'] as 'allow' | 'deny';
  const gate = held.gates.find(({ request }) => request.request_id === request_id);
  if (gate === undefined) throw refusal(404, 'No such permission request', 'gate_not_found');
  meanwhile(held, gate);

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

/** Answers a question or a plan: the one named, else the first that waits. [wire §5] */
const answer: Handler = (call) => {
  const held = findRun(call);
  const { request_id, answers } = checked(call.body, 'answers');
  const questions = held.gates.filter(({ request }) => request.tool_name === 'AskUserQuestion');
  const gate = questions.find(({ request }) =>
    request_id === undefined ? request.status === 'pending' : request.request_id === request_id,
  );
  if (gate !== undefined) meanwhile(held, gate);
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
  decide(held, gate, 'answered', { ...by('allow'), answers: answers as Verdict['answers'] });
  return jsonAnswer({ status: 'ok', resumed: gate.request.resumed });
};

/** "`autonomous` allows what is pending and resumes the run; questions still wait." [wire §7] */
const permissionMode: Handler = (call) => {
  const held = findRun(call);
  const permission_mode = checked(call.body, 'permission_mode')[
    'permission_mode'
  ] as PermissionMode;
  change(held, { permission_mode });
  const waiting = held.gates.filter(
    ({ request }) => request.status === 'pending' && request.tool_name !== 'AskUserQuestion',
  );
  if (permission_mode === 'autonomous') {
    for (const gate of waiting) {
      decide(held, gate, 'allowed', by('allow'));
      gate.request = { ...gate.request, auto_resolved: true };
    }
  }
  return jsonAnswer({ run_id: held.record.id, permission_mode });
};

const by = (decision: Verdict['decision']): Verdict => ({ decision, remember: false, answers: {} });

/** What the script says happened to a gate behind the caller's back. */
const meanwhile = (held: HeldRun, gate: Gate): void => {
  if (gate.request.status !== 'pending') return;
  const happened = {
    cancelled: () => decide(held, gate, 'cancelled', by('deny')),
    allow: () => decide(held, gate, 'allowed', by('allow')),
    deny: () => decide(held, gate, 'denied', by('deny')),
    ended: () => stop(held, { type: 'done', stop_reason: 'end_turn' }),
  };
  if (gate.meanwhile !== undefined) happened[gate.meanwhile]();
};

const RUN = '/runs/{run_id}';

/** What a run asks people, and what they say to it. [wire §5] */
export const peopleRoutes = {
  permissions: {
    method: 'GET',
    path: `${RUN}/permissions`,
    handle: (call) => jsonAnswer(findRun(call).gates.map(({ request }) => request)),
  },
  approve: { method: 'POST', path: `${RUN}/approve`, handle: approve },
  answer: { method: 'POST', path: `${RUN}/answer`, handle: answer },
  permissionMode: { method: 'PATCH', path: `${RUN}/permission-mode`, handle: permissionMode },
} as const satisfies { readonly [name: string]: Route };
