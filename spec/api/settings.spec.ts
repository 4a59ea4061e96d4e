import type { ClientOptions } from '../../lib/api/ClientOptions';
import { settings } from '../../lib/api/settings';
import {
  ApiError,
  ConnectionError,
  DecodeError,
  InvalidArgumentError,
  StreamInterruptedError,
} from '../../lib/errors';

const key = 'm8_key';
const made = (options: ClientOptions = {}) => settings({ apiKey: key, ...options });
const cut = new StreamInterruptedError('cut', { delivered: { events: 0, characters: 0 } });
const limited = (retryAfter: number) =>
  new ApiError('slow', { kind: 'rate-limit', status: 429, retryAfter });

const environment = { ...process.env };
beforeEach(() => {
  delete process.env['M8TES_API_KEY'];
  delete process.env['M8TES_BASE_URL'];
  jest.spyOn(Math, 'random').mockReturnValue(1);
});
afterEach(() => {
  process.env = { ...environment };
  jest.restoreAllMocks();
});

describe('settings', () => {
  it('goes by the hosted API, and by patience', () => {
    expect(made()).toMatchObject({
      origin: { baseUrl: 'https://api.m8tes.ai/api/v2', apiKey: key },
      retries: { count: 2, delay: 500, maxDelay: 30_000 },
      api: {
        limits: { request: 60_000, maxBodyLength: 16 * 1024 * 1024 },
        onUnsubscribe: 'detach',
      },
    });
  });

  it('asks the environment for what was not given', () => {
    process.env['M8TES_API_KEY'] = 'm8_env';
    process.env['M8TES_BASE_URL'] = 'http://localhost:4610/api/v2';
    expect(settings({}).origin).toEqual({
      baseUrl: 'http://localhost:4610/api/v2',
      apiKey: 'm8_env',
    });
    const given = settings({ apiKey: key, baseUrl: 'https://api.test' });
    expect(given.origin).toEqual({ baseUrl: 'https://api.test', apiKey: key });
  });

  it('takes what is empty in the environment for absent', () => {
    process.env['M8TES_BASE_URL'] = '';
    expect(made().origin.baseUrl).toBe('https://api.m8tes.ai/api/v2');
    process.env['M8TES_API_KEY'] = '';
    expect(() => settings({})).toThrow(/^apiKey is missing; pass it, or set M8TES_API_KEY$/);
  });

  it('never sets a timer that would fire at once', () => {
    expect(made({ timeouts: { request: Infinity } }).api.limits.request).toBe(2 ** 31 - 1);
    expect(made({ timeouts: { request: 5 } }).api.limits.request).toBe(5);
  });

  it.each<[unknown, string]>([
    [null, 'parameters'],
    [{ apiKey: 'm8 key' }, 'apiKey'],
    [{ apiKey: 7 }, 'apiKey'],
    [{ baseUrl: 'http://api.test' }, 'baseUrl'],
    [{ api_key: 'secret' }, 'api_key'],
    [{ fetch: 'fetch' }, 'fetch'],
    [{ fetch: null }, 'fetch'],
    [{ retries: 3 }, 'retries'],
    [{ retries: { count: -1 } }, 'retries.count'],
    [{ retries: { count: 1.5 } }, 'retries.count'],
    [{ retries: { delay: -1 } }, 'retries.delay'],
    [{ retries: { maxDelay: Infinity } }, 'retries.maxDelay'],
    [{ retries: { delay: 2 ** 31 } }, 'retries.delay'],
    [{ retries: { times: 2 } }, 'retries.times'],
    [{ resume: true }, 'resume'],
    [{ resume: { attempts: '8' } }, 'resume.attempts'],
    [{ resume: { maxDelay: NaN } }, 'resume.maxDelay'],
    [{ timeouts: { request: 0 } }, 'timeouts.request'],
    [{ timeouts: { idle: -1 } }, 'timeouts.idle'],
    [{ timeouts: { stall: '1' } }, 'timeouts.stall'],
    [{ timeouts: { linger: Infinity } }, 'timeouts.linger'],
    [{ timeouts: { total: 1 } }, 'timeouts.total'],
    [{ maxFrameLength: -1 }, 'maxFrameLength'],
    [{ onUnsubscribe: 'stop' }, 'onUnsubscribe'],
    [{ onConnection: {} }, 'onConnection'],
    [{ onLog: console }, 'onLog'],
  ])('refuses %j, and names %s', (options, argument) => {
    const make = () =>
      settings(options === null ? (null as never) : { apiKey: key, ...(options as object) });
    expect(make).toThrow(InvalidArgumentError);
    expect(make).toThrow(expect.objectContaining({ argument }));
    expect(make).not.toThrow(/secret|m8 key/);
  });

  describe('heals streams', () => {
    const { wait } = made().api.streams;

    it.each([
      new ConnectionError('no answer'),
      cut,
      new ApiError('', { kind: 'server', status: 500 }),
    ])('after %p: 8 times, each after twice as long', (error) => {
      expect([1, 2, 3, 8, 9].map((failures) => wait(error, failures))).toEqual([
        250,
        500,
        1_000,
        30_000,
        undefined,
      ]);
    });

    it.each([
      new ApiError('', { kind: 'missing', status: 404 }),
      new ApiError('', { kind: 'conflict', status: 409 }),
      new DecodeError('HTML'),
      new TypeError('a bug'),
      undefined,
    ])('not after %p', (error) => {
      expect(wait(error, 1)).toBeUndefined();
    });

    it('as the server asks, but not beyond the longest wait', () => {
      expect([0, 30_000, 30_001].map((ms) => wait(limited(ms), 1))).toEqual([0, 30_000, undefined]);
    });

    it('as it is told to', () => {
      const { wait } = made({ resume: { attempts: 1, delay: 8, maxDelay: 10 } }).api.streams;
      expect([wait(cut, 1), wait(cut, 2)]).toEqual([8, undefined]);
    });

    it('never, when it is told so', () => {
      expect(made({ resume: false }).api.streams.wait(cut, 1)).toBeUndefined();
    });
  });

  describe('logs', () => {
    const entry = { level: 'warn', message: 'a frame is malformed' } as const;

    it('warnings to the console, and nothing else', () => {
      const warn = jest.spyOn(console, 'warn').mockImplementation(() => {});
      const { onLog } = made().api;
      onLog(entry);
      const error = new Error('why');
      onLog({ ...entry, error });
      onLog({ level: 'debug', message: 'unknown' });
      expect(warn.mock.calls).toEqual([
        ['m8tes-rx: a frame is malformed'],
        ['m8tes-rx: a frame is malformed', error],
      ]);
    });

    it('to who listens, and then not to the console', () => {
      const warn = jest.spyOn(console, 'warn').mockImplementation(() => {});
      const onLog = jest.fn();
      made({ onLog }).api.onLog(entry);
      expect(onLog).toHaveBeenCalledWith(entry);
      expect(warn).not.toHaveBeenCalled();
    });
  });

  it("uses the platform's fetch as it is when a request is made", async () => {
    const { fetch } = made();
    const later = jest.spyOn(globalThis, 'fetch').mockResolvedValue(new Response('late'));
    await fetch('https://api.test', {});
    expect(later).toHaveBeenCalledTimes(1);
  });
});
