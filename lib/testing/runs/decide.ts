import { frameLine } from '../frameLine';
import type { PermissionRequest } from '../PermissionRequest';
import type { Verdict } from '../Verdict';
import { change } from './change';
import { executing } from './executing';
import type { Gate, HeldRun } from './HeldRun';

/** A gate is decided; when it was the last that the run waited for, the run goes on. */
export const decide = (
  held: HeldRun,
  gate: Gate,
  status: Exclude<PermissionRequest['status'], 'pending'>,
  verdict: Verdict,
): void => {
  const resumed = !held.gates.some((other) => other !== gate && other.request.status === 'pending');
  if (resumed) change(held, { status: 'running' });
  gate.request = {
    ...gate.request,
    status,
    resumed,
    remembered: verdict.remember && gate.request.can_remember,
    resolved_at: new Date().toISOString(),
  };
  const { request: payload } = gate;
  const { request_id } = payload;
  executing(held)?.lines.next(frameLine({ type: 'permission_resolved', request_id, payload }));
  gate.settle(verdict);
};
