import { idempotencyKey } from '../../lib/api/idempotencyKey';

describe('idempotencyKey', () => {
  it('is a version 4 UUID, and never the same', () => {
    const keys = Array.from({ length: 1_000 }, idempotencyKey);
    for (const key of keys) {
      expect(key).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    }
    expect(new Set(keys).size).toBe(1_000);
  });
});
