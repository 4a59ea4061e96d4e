import { accountOf } from '../../lib/testing/accountOf';
import { aWorld } from './held';
import { served } from './served';

describe('accountOf', () => {
  it('makes each key that begins with m8_ an account of its own', () => {
    const world = aWorld();
    const one = accountOf(world, 'Bearer m8_one');
    expect(accountOf(world, 'Bearer m8_one')).toBe(one);
    expect(accountOf(world, 'Bearer m8_two')).not.toBe(one);
  });

  it.each([null, 'sk_other', ''])('is 401 with the key %j', async (key) => {
    const { get } = await served();
    const { status, json } = await get('/runs/', { key });
    expect(status).toBe(401);
    expect(json).toMatchObject({ error: { type: 'authentication_error', code: 401 } });
  });
});
