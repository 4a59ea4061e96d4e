import { checked, mode, patched } from '../../../lib/testing/routes/checked';

const refused = expect.objectContaining({ status: 422 }) as Error;

describe('checked', () => {
  it('takes what the API takes, and passes over what it does not know', () => {
    const body = {
      message: 'hello',
      stream: true,
      teammate_id: 1,
      tools: ['gmail', 'linear'],
      metadata: { any: [1] },
      model: 'claude-sonnet-4-5',
      effort: 'high',
      output_schema: { type: 'object', properties: {} },
      permission_mode: 'plan',
      something_new: 7,
    };
    expect(checked(body, 'message')).toEqual(body);
  });

  it('says which parameter is at fault', () => {
    const wrong = { message: 'hello', model: 'no-such-model' };
    expect(() => checked(wrong)).toThrow(
      expect.objectContaining({
        message: expect.stringContaining('model: must be') as string,
        param: 'model',
      }),
    );
    expect(() => checked({}, 'message')).toThrow(expect.objectContaining({ param: 'message' }));
  });

  it('takes null for absent', () => {
    expect(checked({ message: 'hello', tools: null })).toEqual({ message: 'hello' });
    expect(() => checked({ message: null }, 'message')).toThrow(refused);
  });

  it.each<unknown>([
    ...[{}, { message: '' }, { message: ' ' }, { message: 7 }, [], 'text', null],
    ...[{ stream: 'yes' }, { teammate_id: '1' }, { teammate_id: 1.5 }],
    ...[{ model: 'no-such-model' }, { effort: 'enormous' }, { permission_mode: 'yolo' }],
    ...[{ tools: ['no_such_tool'] }, { tools: 'gmail' }, { metadata: [] }, { memory: 1 }],
    ...[{ output_schema: { type: 'array' } }, { output_schema: { type: 'object', $ref: '#' } }],
    ...[{ decision: 'maybe' }, { answers: {} }, { answers: { q: 1 } }, { user_id: '' }],
  ])('refuses %j', (wrong) => {
    const isWhole = typeof wrong !== 'object' || wrong === null || Array.isArray(wrong);
    const body = isWhole || 'message' in wrong || Object.keys(wrong).length === 0;
    expect(() => checked(body ? wrong : { message: 'hello', ...wrong }, 'message')).toThrow(
      refused,
    );
  });

  it('names every field that is wrong', () => {
    expect(() => checked({ stream: 1, memory: 2 }, 'message')).toThrow(/message.*stream.*memory/);
  });
});

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

describe('patched', () => {
  it('changes what may be edited, and nothing else', () => {
    const before = { id: 1, name: 'old', updated_at: 'long ago' };
    const after = patched(before, { id: 2, name: 'new', other: true }, ['name']);
    expect(after).toEqual({
      id: 1,
      name: 'new',
      updated_at: expect.not.stringMatching('long ago'),
    });
  });
});
