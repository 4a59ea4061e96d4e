import type { Verdict } from '../Verdict';
import type { World } from '../World';
import { decide } from './decide';
import type { Gate, HeldRun } from './HeldRun';
import { stop } from './stop';

const by = (decision: Verdict['decision']): Verdict => ({ decision, remember: false, answers: {} });

/** What the script says happened to a gate behind the caller's back. */
export const meanwhile = (held: HeldRun, gate: Gate, world: World): void => {
  if (gate.request.status !== 'pending') return;
  const happened = {
    cancelled: () => decide(held, gate, 'cancelled', by('deny')),
    allow: () => decide(held, gate, 'allowed', by('allow')),
    deny: () => decide(held, gate, 'denied', by('deny')),
    ended: () => stop(held, world, { type: 'done', stop_reason: 'end_turn' }),
  };
  if (gate.meanwhile !== undefined) happened[gate.meanwhile]();
};
