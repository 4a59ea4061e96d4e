import { healing } from '../../lib/api/healing';
import {
  ApiError,
  ConnectionError,
  DecodeError,
  InvalidArgumentError,
  RunTimeoutError,
  StreamInterruptedError,
} from '../../lib/errors';

const limited = (retryAfter?: number) =>
  new ApiError('slow', { kind: 'rate-limit', status: 429, retryAfter });
const server = (retryAfter?: number) =>
  new ApiError('oops', { kind: 'server', status: 503, retryAfter });

beforeEach(() => jest.spyOn(Math, 'random').mockReturnValue(1)); // waits are whole
afterEach(() => jest.restoreAllMocks());

describe('healing', () => {
  const wait = healing({});
  const waits = (error: unknown, isPause: boolean) =>
    [1, 2, 3, 6, 7, 8, 9, 1_000].map((inARow) => wait(error, inARow, isPause));
  const none = undefined;

  it.each<[unknown, boolean, readonly (number | undefined)[]]>([
    // A failure is waited out longer and longer, and 8 times at most.
    ...[
      new ConnectionError('cut', 'CUT'),
      new ConnectionError('no answer'),
      new RunTimeoutError('late', 'timeouts.idle', 1),
      server(),
      limited(),
    ].map(
      (error) =>
        [error, false, [250, 500, 1_000, 8_000, 16_000, 30_000, none, none]] as [
          unknown,
          boolean,
          (number | undefined)[],
        ],
    ),
    // A pause has no end but that people answer; its waits stop growing, for they want to see it.
    [
      new ConnectionError('it waits', 'WAITING'),
      true,
      [250, 500, 1_000, 8_000, 8_000, 8_000, 8_000, 8_000],
    ],
    [server(), true, [250, 500, 1_000, 8_000, 8_000, 8_000, 8_000, 8_000]],
    // What the server asks for, however often.
    [limited(700), false, [700, 700, 700, 700, 700, 700, none, none]],
    [limited(700), true, [700, 700, 700, 700, 700, 700, 700, 700]],
  ])(
    'waits after %p (a pause: %j), by how many there were in a row: %j',
    (error, isPause, each) => {
      expect(waits(error, isPause)).toEqual(each);
    },
  );

  it.each([
    new ConnectionError('elsewhere', 'REDIRECTED'),
    new ApiError('', { kind: 'missing', status: 404 }),
    new ApiError('', { kind: 'unauthorized', status: 401 }),
    new ApiError('', { kind: 'conflict', status: 409 }),
    new DecodeError('HTML'),
    new StreamInterruptedError('cut', { delivered: { events: 0, characters: 0 } }),
    new InvalidArgumentError('user_id', 'must be text'),
    new TypeError('a bug'),
    limited(30_001),
    server(2 ** 31),
    undefined,
  ])('gives up at once after %p, also where it is a pause', (error) => {
    expect([wait(error, 1, false), wait(error, 1, true)]).toEqual([undefined, undefined]);
  });

  it('goes by what it is told', () => {
    const told = healing({ attempts: 1, delay: 8, maxDelay: 10 });
    const cut = new ConnectionError('cut');
    expect([1, 2].map((inARow) => told(cut, inARow, false))).toEqual([8, undefined]);
    expect([1, 2, 3].map((inARow) => told(cut, inARow, true))).toEqual([8, 10, 10]);
    expect([10, 11].map((ms) => told(limited(ms), 1, false))).toEqual([10, undefined]);
    const never = healing({ attempts: 0, delay: 8 });
    expect([never(cut, 1, false), never(cut, 1, true)]).toEqual([undefined, 8]);
  });

  it('is jittered, but waits at least half of it', () => {
    jest.spyOn(Math, 'random').mockReturnValue(0);
    expect(wait(new ConnectionError('cut'), 1, false)).toBe(125);
  });

  it('is off where it is told so', () => {
    const off = healing(false);
    const cut = new ConnectionError('cut');
    expect([off(cut, 1, false), off(cut, 1, true)]).toEqual([undefined, undefined]);
  });
});
