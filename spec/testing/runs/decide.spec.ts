import { approval } from 'm8tes-rx/testing';
import { decide } from '../../../lib/testing/runs/decide';
import { aCall, aRun, asksPeople, aWorld } from '../held';
import { until } from '../served';

describe('decide', () => {
  it.each([true, false])('remembers only what can be remembered: %j', async (can_remember) => {
    const script = () => approval({ tool_name: 'gmail_send', can_remember });
    const held = aRun(aCall({ world: aWorld(script) }), asksPeople);
    await until(() => held.record.status === 'awaiting_approval');
    const [gate] = held.gates;
    decide(held, gate!, 'allowed', { decision: 'allow', remember: true, answers: {} });
    expect(gate!.request).toMatchObject({
      status: 'allowed',
      resumed: true,
      remembered: can_remember,
      resolved_at: expect.any(String),
    });
    expect(held.record.status).toBe('running');
    await until(() => held.record.status === 'completed');
  });
});
