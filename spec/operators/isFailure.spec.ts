import { isFailure } from '../../lib/operators/isFailure';

describe('isFailure', () => {
  it('knows errors, terminal or not', () => {
    expect(isFailure({ type: 'error', error: 'no' })).toBe(true);
    expect(isFailure({ type: 'AGENT_RUNNER_DIED', error: 'no' })).toBe(true);
  });

  it('is not taken in by what does not fail a run', () => {
    expect(isFailure({ type: 'mcp_error' })).toBe(false);
    expect(isFailure({ type: 'cancelled' })).toBe(false);
    expect(isFailure({ type: 'unknown', name: 'error', raw: {} })).toBe(false);
  });
});
