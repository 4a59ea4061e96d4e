import type { Handler } from '../Call';
import { checked } from '../checked';
import { jsonAnswer } from '../jsonAnswer';
import type { PermissionMode } from '../Run';
import { change } from '../runs/change';
import { decide } from '../runs/decide';
import { findRun } from './findRun';

/** "`autonomous` allows what is pending and resumes the run; questions still wait." [wire §7] */
export const permissionMode: Handler = (call) => {
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
      decide(held, gate, 'allowed', { decision: 'allow', remember: false, answers: {} });
      gate.request = { ...gate.request, auto_resolved: true };
    }
  }
  return jsonAnswer({ run_id: held.record.id, permission_mode });
};
