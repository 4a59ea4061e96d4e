import { of } from 'rxjs';
import { check, named, orNull, parameter, segment, type Parameters } from '../../lib/api/check';
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

const names = Object.keys(parameter).filter((name) => name !== 'oneOf');
type Name = Exclude<keyof typeof parameter, 'oneOf'>;

/** What each takes; it refuses what only others take. */
const takes: { readonly [name in Name]: readonly unknown[] } = {
  unknown: [0, null, undefined, 'x', {}, []],
  text: ['x', ' x ', '0'],
  words: ['x', '', ' \n'],
  flag: [true, false],
  id: [1, 7, Number.MAX_SAFE_INTEGER],
  count: [0, 1, Number.MAX_SAFE_INTEGER],
  amount: [0, 0.5, 7, Infinity],
  limit: [1, 20, 100],
  concurrency: [1, 7, Infinity],
  delay: [0, 0.5, 2_000, 2 ** 31 - 1],
  timeout: [0.1, 1, 2 ** 31, Infinity],
  object: [{}, { a: 1 }, Object.create(null)],
  texts: [[], ['gmail'], ['']],
  signal: [new AbortController().signal],
  list: [[], [1], ['x']],
  source: [[], of(1), new Set([1]), Promise.resolve(1), (async function* () {})(), { length: 0 }],
  callback: [() => {}, async () => {}],
};

const refuses: { readonly [name in Exclude<Name, 'unknown'>]: readonly unknown[] } = {
  text: ['', ' ', '\n\t', 7, true, {}, ['x'], new String('x')],
  words: [7, true, {}, ['x'], new String('x')],
  flag: [0, 1, 'true', {}],
  id: [0, -1, 1.5, '7', NaN, Infinity, 2 ** 53, 7n],
  count: [-1, 0.5, '0', NaN, Infinity, 2 ** 53],
  amount: [-1, NaN, '1', true],
  limit: [0, 101, 1.5, '20', NaN],
  concurrency: [0, -1, 1.5, '1', NaN, -Infinity, true],
  delay: [-1, 2 ** 31, Infinity, NaN, '0'],
  timeout: [0, -1, NaN, '1', -Infinity],
  object: [[], 'x', 7, () => {}],
  texts: ['gmail', [7], [null], {}],
  signal: [{ aborted: false }, new AbortController(), 'x'],
  list: [{}, 'x', { length: 0 }],
  source: ['x', '', 7, true, {}, () => [], { subscribe: () => {} }],
  callback: [{}, 'x', { apply: 1 }],
};

describe('parameter', () => {
  it('has a table for each', () => {
    expect(names).toEqual(Object.keys(takes));
  });

  it.each(Object.entries(takes).flatMap(([name, values]) => values.map((value) => [name, value])))(
    '%s takes %p',
    (name, value) => {
      const codec = parameter[name as Name];
      expect(codec.is(value)).toBe(true);
      expect(codec.decode(value)).toMatchObject({ _tag: 'Right', right: value });
    },
  );

  it.each(
    Object.entries(refuses).flatMap(([name, values]) =>
      [...values, null, undefined].map((value) => [name, value]),
    ),
  )('%s refuses %p', (name, value) => {
    const codec = parameter[name as Name];
    expect(codec.is(value)).toBe(false);
    expect(codec.decode(value)._tag).toBe('Left');
  });

  it.each(names)('%s has a name that completes "must be …"', (name) => {
    expect(parameter[name as Name].name).toMatch(/^[a-z]/);
  });

  it('oneOf takes one of its own', () => {
    const codec = parameter.oneOf('autonomous', 'plan');
    expect(codec.name).toBe('one of autonomous, plan');
    expect(['autonomous', 'plan', 'Plan', '', 'toString', null, 0].map(codec.is)).toEqual([
      ...[true, true],
      ...[false, false, false, false, false],
    ]);
  });
});

describe('orNull', () => {
  const codec = orNull(parameter.text);

  it('takes what the other does, or null', () => {
    expect(['x', null, '', undefined, 7].map(codec.is)).toEqual([true, true, false, false, false]);
    expect(codec.name).toBe('text that is not empty, or null');
  });
});

describe('named', () => {
  it.each([
    [{}, {}],
    [{ teammate_id: 1 }, { teammate_id: 1 }],
    [{ agent_id: 1 }, { teammate_id: 1 }],
    [
      { agent_id: 1, teammate_id: 1, limit: 2 },
      { teammate_id: 1, limit: 2 },
    ],
  ])('makes of %j %j', (given, expected) => {
    expect(named(given)).toEqual(expected);
  });

  it('refuses two that differ', () => {
    expect(() => named({ agent_id: 1, teammate_id: 2 })).toThrow(InvalidArgumentError);
    expect(() => named({ agent_id: 1, teammate_id: 2 })).toThrow(/^agent_id is another name of/);
  });
});

describe('segment', () => {
  it.each([1, 123, Number.MAX_SAFE_INTEGER])('takes %d', (runId) => {
    expect(segment({ runId })).toEqual({ runId });
  });

  it.each([0, -1, 1.5, NaN, Infinity, 2 ** 53, '7', '..', '', null, undefined, 7n, {}, [7]])(
    'refuses %p, by its name',
    (id) => {
      const taskId = id as number;
      expect(() => segment({ taskId })).toThrow(InvalidArgumentError);
      expect(() => segment({ taskId })).toThrow(/^taskId must be a positive integer$/);
    },
  );
});
