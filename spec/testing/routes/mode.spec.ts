import { mode } from '../../../lib/testing/routes/mode';

const refused = expect.objectContaining({ status: 422 }) as Error;

describe('mode', () => {
  it('is autonomous, for want of another', () => {
    expect(mode({})).toEqual({ permission_mode: 'autonomous', human_in_the_loop: false });
  });

  it.each(['plan', 'approval'])('%s needs human_in_the_loop', (permission_mode) => {
    expect(() => mode({ permission_mode })).toThrow(refused);
    expect(() => mode({ permission_mode, human_in_the_loop: false })).toThrow(refused);
    expect(mode({ permission_mode, human_in_the_loop: true })).toMatchObject({ permission_mode });
  });

  it('starts from what was given before', () => {
    const given = { permission_mode: 'plan', human_in_the_loop: true } as const;
    expect(mode({}, given)).toEqual(given);
    expect(() => mode({ human_in_the_loop: false }, given)).toThrow(refused);
  });
});
