import { stop } from '../../../lib/testing/runs/stop';
import { submit } from '../../../lib/testing/runs/submit';
import { aCall, aRun, aWorld, forever } from '../held';
import { heard } from '../lines';

describe('stop', () => {
  it('ends the turn with the frame given, and drops what is queued', () => {
    const call = aCall({ world: aWorld(forever) });
    const held = aRun(call);
    submit(held, 'more', call.world);
    const log = heard(held.turns[0]!.lines);
    stop(held, call.world, { type: 'cancelled' });
    stop(held, call.world, { type: 'cancelled' });
    expect(log).toEqual({ lines: ['data: {"type": "cancelled"}\n\n'], ended: 'body' });
    expect(held.record.status).toBe('cancelled');
    expect(held.turns).toHaveLength(1);
  });
});
