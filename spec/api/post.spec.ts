import { post } from '../../lib/api/post';

describe('post', () => {
  it('sends JSON for JSON, and must not be repeated', () => {
    expect(post('/runs/7/approve', { remember: false }, { a: 1 })).toEqual({
      method: 'POST',
      path: '/runs/7/approve',
      query: { a: 1 },
      body: '{"remember":false}',
      accept: ['application/json'],
      repeatable: false,
    });
    expect(post('/x')).toMatchObject({ query: {}, body: '{}' });
  });
});
