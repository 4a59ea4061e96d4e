import { InvalidArgumentError } from 'm8tes-rx';
import { nearest } from '../../lib/nearest';
import { allowed, noSuch, oneOf, rule, type Rules } from '../../lib/testing/allowed';

interface Options {
  readonly pace?: number;
  readonly how?: 'reset' | 'end';
}

const rules: Rules<Options> = { pace: rule.amount, how: oneOf('reset', 'end') };
const refusal = (given: unknown, place = '') => {
  try {
    allowed(place, given as Options, rules);
    return undefined;
  } catch (error) {
    return error as InvalidArgumentError;
  }
};

describe('allowed', () => {
  it.each([{}, { pace: 0 }, { pace: Infinity, how: 'end' }, { pace: undefined }])(
    'passes %j',
    (given) => {
      expect(refusal(given)).toBeUndefined();
    },
  );

  it('refuses a name that there is not, and says which was meant', () => {
    expect(refusal({ paces: 0 })).toBeInstanceOf(InvalidArgumentError);
    expect(refusal({ paces: 0 })).toMatchObject({
      argument: 'paces',
      advice: 'is unknown: did you mean pace? There are how, pace',
    });
    expect(refusal({ constructor: 0 }, 'fault')).toMatchObject({
      message: 'fault.constructor is unknown: There are how, pace',
    });
  });

  it.each([
    [{ pace: -1 }, 'pace must be a number, 0 or more'],
    [{ pace: NaN }, 'pace must be a number, 0 or more'],
    [{ pace: null }, 'pace must be a number, 0 or more'],
    [{ how: 'often' }, 'how must be one of reset, end'],
  ])('refuses %j', (given, message) => {
    expect(refusal(given)).toMatchObject({ message });
  });

  it('refuses what holds no options', () => {
    expect(refusal(null, 'fault')).toMatchObject({ message: 'fault must be an object' });
    expect(refusal('x', 'fault')).toMatchObject({ message: 'fault must be an object' });
  });
});

describe('nearest', () => {
  const names = ['create', 'createTask', 'join', 'getTask'];

  it.each([
    ['crate', 'create'],
    ['CREATE', 'create'],
    ['creatTask', 'createTask'],
    ['jion', 'join'],
    ['unrelated', undefined],
  ])('of %s is %s', (name, known) => {
    expect(nearest(name, names)).toBe(known);
  });

  it('is said, where there is one, before all there are', () => {
    expect(noSuch('jion', names)).toBe(
      'did you mean join? There are create, createTask, getTask, join',
    );
    expect(noSuch('unrelated', names)).toBe('There are create, createTask, getTask, join');
  });
});
