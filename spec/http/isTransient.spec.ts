import {
  ApiError,
  ConnectionError,
  DecodeError,
  InvalidArgumentError,
  StreamInterruptedError,
  RunTimeoutError,
  type ApiErrorKind,
} from '../../lib/errors';
import { isTransient } from '../../lib/http/isTransient';

const kinds: { readonly [kind in ApiErrorKind]: boolean } = {
  invalid: false,
  unauthorized: false,
  billing: false,
  forbidden: false,
  missing: false,
  conflict: false,
  'rate-limit': true,
  server: true,
};

describe('isTransient', () => {
  it.each(Object.entries(kinds))('of a refusal of kind %s is %j', (kind, expected) => {
    const error = new ApiError('no', { kind: kind as ApiErrorKind, status: 0 });
    expect(isTransient(error)).toBe(expected);
  });

  it.each([
    [new ConnectionError('no answer'), true],
    [new ConnectionError('no answer', 'ECONNRESET'), true],
    [new ConnectionError('redirected', 'REDIRECTED'), false],
    [new RunTimeoutError('late', 'timeouts.request', 1), true],
    [new DecodeError('HTML'), false],
    [new InvalidArgumentError('message', 'is missing'), false],
    [new StreamInterruptedError('cut', { delivered: { events: 0, characters: 0 } }), false],
    [new TypeError('a bug'), false],
    [undefined, false],
  ])('of %p is %j', (error, expected) => {
    expect(isTransient(error)).toBe(expected);
  });
});
