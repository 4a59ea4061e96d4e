import { asked } from '../../../lib/testing/steps/asked';
import { anAsk } from '../held';

describe('asked', () => {
  it('asks, and hands back what its reader makes of the verdict', () => {
    const steps = asked(anAsk, ({ decision }) => decision.length)[Symbol.iterator]();
    expect(steps.next([])).toEqual({ done: false, value: { step: 'ask', asks: [anAsk] } });
    expect(steps.next([{ decision: 'allow', remember: false, answers: {} }])).toEqual({
      done: true,
      value: 5,
    });
  });
});
