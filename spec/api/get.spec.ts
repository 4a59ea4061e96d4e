import { get } from '../../lib/api/get';

describe('get', () => {
  it('asks for JSON, and may be repeated', () => {
    expect(get('/runs/7', { user_id: 'ada' })).toEqual({
      method: 'GET',
      path: '/runs/7',
      query: { user_id: 'ada' },
      accept: ['application/json'],
      repeatable: true,
    });
    expect(get('/runs/').query).toEqual({});
  });
});
