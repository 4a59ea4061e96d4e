import { firstValueFrom, NEVER } from 'rxjs';
import {
  ClientOptions,
  ResumeOptions,
  RetryOptions,
  TimeoutOptions,
} from '../../lib/api/ClientOptions';
import { settings } from '../../lib/api/settings';
import { ConnectionError, InvalidArgumentError } from '../../lib/errors';

const key = 'm8_key';
const made = (options: ClientOptions = {}) => settings({ apiKey: key, ...options });

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

  it('goes to a relay without a key, whatever the environment has', () => {
    process.env['M8TES_API_KEY'] = 'm8_env';
    process.env['M8TES_BASE_URL'] = 'http://localhost:4610/api/v2';
    const { origin } = settings({ relay: 'https://relay.test/m8tes' });
    expect(origin).toEqual({ baseUrl: 'https://relay.test/m8tes', credentials: 'include' });
  });

  it.each([
    ['apiKey', { apiKey: key }],
    ['apiKey', { apiKey: '' }],
    ['apiKey', { apiKey: null }],
    ['baseUrl', { baseUrl: 'https://api.test' }],
    ['apiKey', { apiKey: key, baseUrl: 'https://api.test' }],
  ])('takes no %s beside a relay: %j', (argument, beside) => {
    const make = () => settings({ relay: 'https://relay.test', ...(beside as object) });
    expect(make).toThrow(InvalidArgumentError);
    expect(make).toThrow(`${argument} must not be given beside relay, which has its own`);
    expect(make).not.toThrow(key);
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
    [{ transport: 'fetch' }, 'transport'],
    [{ transport: () => NEVER, fetch: () => Promise.resolve(new Response()) }, 'transport'],
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
    [{ maxBodyLength: 0.5 }, 'maxBodyLength'],
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

  it('heals streams unless it is told not to', () => {
    const cut = new ConnectionError('the answer broke off', 'CUT');
    const first = ({ resume }: ClientOptions) => made({ resume }).api.streams.wait(cut, 1, false);
    expect([{}, { resume: {} }, { resume: { delay: 8 } }].map(first)).toEqual([250, 250, 8]);
    expect(first({ resume: false })).toBeUndefined();
  });

  const names = {
    '': [
      ...['apiKey', 'baseUrl', 'relay', 'fetch', 'transport', 'retries', 'resume', 'timeouts'],
      ...['maxFrameLength', 'maxBodyLength', 'onUnsubscribe', 'onConnection', 'onLog'],
    ],
    'retries.': ['count', 'delay', 'maxDelay'],
    'resume.': ['attempts', 'delay', 'maxDelay'],
    'timeouts.': ['request', 'idle', 'stall', 'linger'],
  };
  const nulls = Object.entries(names).flatMap(([group, each]) =>
    each.map((name) => {
      const options = { [name]: null };
      return [group + name, group === '' ? options : { [group.slice(0, -1)]: options }] as const;
    }),
  );

  it('knows no other options than those', () => {
    expect(names['']).toEqual(Object.keys(ClientOptions));
    expect(names['retries.'].sort()).toEqual(Object.keys(RetryOptions).sort());
    expect(names['resume.'].sort()).toEqual(Object.keys(ResumeOptions).sort());
    expect(names['timeouts.']).toEqual(Object.keys(TimeoutOptions));
  });

  it.each(nulls)('does not take null for the default of %s', (argument, options) => {
    process.env['M8TES_API_KEY'] = 'm8_env';
    process.env['M8TES_BASE_URL'] = 'http://localhost:4610/api/v2';
    const make = () => settings({ apiKey: key, ...options });
    expect(make).toThrow(InvalidArgumentError);
    expect(make).toThrow(expect.objectContaining({ argument }));
  });

  it('takes undefined for the default of everything', () => {
    const nothing = Object.fromEntries(names[''].map((name) => [name, undefined]));
    process.env['M8TES_API_KEY'] = key;
    expect(JSON.stringify(settings(nothing))).toBe(JSON.stringify(settings({})));
  });

  it.each(['onLog', 'onConnection'] as const)('survives an %s that throws', (name) => {
    const onLog = jest.fn();
    const fail = () => {
      throw new RangeError('of the listener');
    };
    const { api } = made({ onLog, [name]: fail });
    api.onLog({ level: 'warn', message: 'hear' });
    api.streams.onConnection({ stream: 1, state: 'open', run_id: 7, attempt: 0 });
    const error = new RangeError('of the listener');
    expect(onLog.mock.calls).toEqual(
      name === 'onLog'
        ? []
        : [
            [{ level: 'warn', message: 'hear' }],
            [{ level: 'warn', message: 'onConnection has thrown', error }],
          ],
    );
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
    const { transport } = made();
    const later = jest.spyOn(globalThis, 'fetch').mockResolvedValue(new Response('late'));
    const how = { method: 'GET', headers: {}, redirect: 'manual', credentials: 'omit' } as const;
    const { status } = await firstValueFrom(transport({ url: 'https://api.test', ...how }));
    expect(status).toBe(200);
    expect(later).toHaveBeenCalledTimes(1);
  });
});
