import { DecodeError, InvalidArgumentError } from '../lib/errors';

describe('errors', () => {
  it('names the argument at fault', () => {
    const error = new InvalidArgumentError('message', 'must be text');
    expect(error).toBeInstanceOf(TypeError);
    expect(error).toMatchObject({ name: 'InvalidArgumentError', argument: 'message' });
    expect(String(error)).toBe('InvalidArgumentError: message must be text');
  });

  it('lists problems by path', () => {
    expect(new DecodeError('GET /runs/1', ['id: expected a number']).message).toBe(
      'GET /runs/1: id: expected a number',
    );
  });
});
