import { change } from '../../../lib/testing/runs/change';
import { aRun } from '../held';

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
