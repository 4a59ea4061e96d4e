import { executing } from '../../../lib/testing/runs/executing';
import { stop } from '../../../lib/testing/runs/stop';
import { aCall, aRun, aWorld, forever } from '../held';

describe('executing', () => {
  it('is the turn that is not over', () => {
    const world = aWorld(forever);
    const held = aRun(aCall({ world }));
    expect(executing(held)).toBe(held.turns[0]);
    stop(held, world, { type: 'cancelled' });
    expect(executing(held)).toBeUndefined();
  });
});
