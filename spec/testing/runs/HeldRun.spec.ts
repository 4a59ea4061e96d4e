import { change, executing } from '../../../lib/testing/runs/HeldRun';
import { stop } from '../../../lib/testing/runs/turns';
import { aCall, aRun, aWorld, forever } from '../held';

describe('executing', () => {
  it('is the turn that is not over', () => {
    const world = aWorld(forever);
    const held = aRun(aCall({ world }));
    expect(executing(held)).toBe(held.turns[0]);
    stop(held, { type: 'cancelled' });
    expect(executing(held)).toBeUndefined();
  });
});

describe('change', () => {
  it('writes fields, and when', () => {
    const held = aRun();
    held.record = { ...held.record, updated_at: 'long ago' };
    const before = held.record;
    change(held, { error: 'why' });
    expect(held.record.error).toBe('why');
    expect(held.record.updated_at).not.toBe('long ago');
    expect(before.error).toBeNull();
  });
});
