import { inspect } from 'node:util';
import { causeOf, codeOf, isMistake } from '../../lib/http/failing';

const touchy = Object.defineProperties(new Error('touchy'), {
  code: {
    get: () => {
      throw new RangeError('do not touch');
    },
  },
});
const ring: Error & { cause?: unknown } = new Error('in a ring');
ring.cause = ring;

describe('codeOf', () => {
  it.each([
    ['its own', { code: 'ECONNREFUSED' }, 'ECONNREFUSED'],
    ["its cause's", new TypeError('fetch failed', { cause: { code: 'ENOTFOUND' } }), 'ENOTFOUND'],
    ['one deep below', { cause: { cause: { code: 'UND_ERR_SOCKET' } } }, 'UND_ERR_SOCKET'],
    ['the outer one', { code: 'OUTER', cause: { code: 'INNER' } }, 'OUTER'],
    ['none', new TypeError('fetch failed'), undefined],
    ['none, but a number', { code: 20 }, undefined],
    ['none, but a sentence that may quote a header', { code: 'Bearer m8_key' }, undefined],
    ['none, but a novel', { code: 'x'.repeat(65) }, undefined],
    ['none at all', undefined, undefined],
    ['none of null', null, undefined],
    ['none of text', 'ECONNRESET', undefined],
  ])('finds %s', (_, error, code) => {
    expect(codeOf(error)).toBe(code);
  });
});

const thrownBy = (run: () => unknown): unknown => {
  try {
    return run();
  } catch (error) {
    return error;
  }
};

describe('isMistake', () => {
  it.each([
    ['of undefined', thrownBy(() => (undefined as unknown as { x: () => void }).x())],
    ['no function', thrownBy(() => (1 as unknown as () => void)())],
    ['no constructor', thrownBy(() => new (1 as unknown as { new (): object })())],
    ['a name that is not there', new ReferenceError('nothing is not defined')],
    ['text that is no code', new SyntaxError("Unexpected token '}'")],
    ['no URL', thrownBy(() => new URL('/x'))],
    ['a header of no use', thrownBy(() => new Headers({ a: '\n\u0000' }))],
    ['what Safari says', new TypeError("undefined is not an object (evaluating 'x.y')")],
  ])('is %s', (_, error) => {
    expect([error, isMistake(error)]).toEqual([
      expect.objectContaining({ message: expect.any(String) as string }),
      true,
    ]);
  });

  // What Chrome, Firefox, Safari, Node, Deno, Bun, workers and React Native say of a network that fails.
  it.each([
    'Failed to fetch',
    'NetworkError when attempting to fetch resource.',
    'Load failed',
    'The network connection was lost.',
    'The Internet connection appears to be offline.',
    'A server with the specified hostname could not be found.',
    'fetch failed',
    'terminated',
    'error sending request for url (https://api.test/): client error (Connect)',
    'Network connection lost.',
    'Network request failed',
    'a word that nobody has heard',
  ])('is not a network that fails: %s', (message) => {
    expect(isMistake(new TypeError(message))).toBe(false);
  });

  it.each([
    ['a code', Object.assign(new TypeError('x is undefined'), { code: 'ECONNRESET' })],
    ['a code below', new TypeError('x is undefined', { cause: { code: 'ENOTFOUND' } })],
    ['an abort', new DOMException('undefined', 'AbortError')],
    ['another error', new Error('undefined')],
    ['no error', 'undefined'],
    ['nothing', undefined],
    ['what must not be touched', touchy],
    ['a ring', ring],
  ])('is not %s', (_, error) => {
    expect(isMistake(error)).toBe(false);
  });
});

describe('causeOf', () => {
  it('is the error with its causes, without the secret, wherever they quote it', () => {
    const error = new TypeError('Bearer m8_s', {
      cause: Object.assign(new Error('m8_s and m8_s'), { code: 'M8', headers: 'm8_s' }),
    });
    const cause = causeOf(error, 'm8_s');
    expect(cause).toMatchObject({
      name: 'TypeError',
      message: 'Bearer [apiKey]',
      cause: { name: 'Error', message: '[apiKey] and [apiKey]', code: 'M8' },
    });
    expect(cause?.stack).toContain('failing.spec');
    expect(inspect(cause, { depth: 9, showHidden: true })).not.toContain('m8_s');
  });

  it.each([
    ['what is no error', 'Bearer m8_s'],
    ['nothing', undefined],
    ['what must not be touched', touchy],
    ['what says nothing', { message: 7 }],
  ])('is nothing of %s', (_, error) => {
    expect(causeOf(error, 'm8_s')).toBeUndefined();
  });

  it('has an end of a ring, and no secret is none to hide', () => {
    expect(
      inspect(causeOf(ring, undefined), { depth: 20 }).match(/in a ring/g)?.length,
    ).toBeLessThan(40);
    expect(causeOf(new Error('a'), '')?.message).toBe('a');
  });
});
