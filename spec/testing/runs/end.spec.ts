import { end } from '../../../lib/testing/runs/end';
import { aCall, aRun, aWorld, forever } from '../held';
import { heard } from '../lines';

describe('end', () => {
  it('begins what comes next before the streams close, and only once', () => {
    const call = aCall({ world: aWorld(forever) });
    const held = aRun(call);
    const [turn] = held.turns;
    const log = heard(turn!.lines);
    const next = jest.fn(() => expect(log.ended).toBe('no'));
    end(held, turn!, call.world, next);
    end(held, turn!, call.world, next);
    expect(next).toHaveBeenCalledTimes(1);
    expect(log.ended).toBe('body');
    turn!.stop.abort();
  });
});
