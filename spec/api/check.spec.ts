import { check, type Parameters } from '../../lib/api/check';
import { parameter } from '../../lib/api/parameter';
import { InvalidArgumentError } from '../../lib/errors';

interface Params {
  readonly message: string;
  readonly user_id?: string | undefined;
}
const Params: Parameters<Params> = { message: parameter.text, user_id: parameter.text };
const checked = (values: unknown, required: readonly (keyof Params)[] = ['message']) =>
  check(Params, values as Params, required);

describe('check', () => {
  it.each([
    { message: 'hi' },
    { message: 'hi', user_id: 'ada' },
    { message: 'hi', user_id: undefined },
  ])('takes %j as it is', (values) => {
    expect(checked(values)).toBe(values);
  });

  it.each([
    [{ message: 7 }, 'message', 'must be text that is not empty'],
    [{ message: '' }, 'message', 'must be text that is not empty'],
    [{ message: ' \n' }, 'message', 'must be text that is not empty'],
    [{ message: null }, 'message', 'must be text that is not empty'],
    [{ message: 'hi', user_id: null }, 'user_id', 'must be text that is not empty'],
    [{}, 'message', 'is missing; it must be text that is not empty'],
    [{ message: undefined }, 'message', 'is missing; it must be text that is not empty'],
    [{ message: 'hi', userId: 'ada' }, 'userId', 'is unknown; known are message, user_id'],
    [{ message: 'hi', toString: 1 }, 'toString', 'is unknown; known are message, user_id'],
    [{ message: 'hi', gone: undefined }, 'gone', 'is unknown; known are message, user_id'],
    [null, 'parameters', 'must be an object like { message }'],
    ['hi', 'parameters', 'must be an object like { message }'],
    [[], 'parameters', 'must be an object like { message }'],
    [undefined, 'parameters', 'must be an object like { message }'],
  ])('refuses %j: %s %s', (values, argument, advice) => {
    const refused = expect(() => checked(values));
    refused.toThrow(InvalidArgumentError);
    refused.toThrow(`${argument} ${advice}`);
  });

  it('asks for nothing in particular where nothing is required', () => {
    expect(() => checked(null, [])).toThrow(/^parameters must be an object$/);
  });
});
