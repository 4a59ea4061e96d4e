import { sameUser } from '../../../lib/testing/routes/sameUser';

describe('sameUser', () => {
  it('inherits, or is the same, or is the first', () => {
    expect(sameUser('Task', { user_id: 'ada' }, undefined)).toBe('ada');
    expect(sameUser('Task', { user_id: 'ada' }, 'ada')).toBe('ada');
    expect(sameUser('Task', { user_id: null }, 'ada')).toBe('ada');
    expect(sameUser('Task', { user_id: null }, undefined)).toBeNull();
  });

  it('is 404 for another', () => {
    expect(() => sameUser('Task', { user_id: 'ada' }, 'bob')).toThrow(
      expect.objectContaining({ status: 404, message: 'Task not found' }),
    );
  });
});
