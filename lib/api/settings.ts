import { InvalidArgumentError } from '../errors';
import type { Repeats } from '../http/retry';
import { fetching, type Fetch } from '../http/fetching';
import { origin, relayed, type Origin } from '../http/origin';
import type { Transport } from '../http/Transport';
import type { Api } from './Api';
import { check, type Parameters } from './check';
import { ClientOptions, ResumeOptions, RetryOptions, TimeoutOptions } from './ClientOptions';
import { healing } from './healing';
import { watched } from './watched';

/** What a client goes by: its options, checked and completed. */
export interface Settings {
  readonly origin: Origin;
  readonly transport: Transport;
  readonly retries: Repeats;
  /** All that routes are made with but `send`. */
  readonly api: Omit<Api, 'send' | 'streams'> & {
    readonly streams: Omit<Api['streams'], 'number'>;
  };
}

/** Warnings are printed where nobody listens: a frame that was not understood is worth a line. */
const print: Api['onLog'] = ({ level, message, error }) => {
  if (level !== 'warn') return;
  // eslint-disable-next-line no-console -- the default of `onLog`, and the one place that prints
  console.warn(`m8tes-rx: ${message}`, ...(error === undefined ? [] : [error]));
};

/** The platform's own `fetch`, as it is when it is called; not every one has it. */
const platform: Fetch = (url, init) => {
  if (typeof globalThis.fetch === 'function') return globalThis.fetch(url, init);
  throw new InvalidArgumentError(
    'fetch',
    'is missing here (jsdom has none, nor has a Node before 18): pass createClient({ fetch })',
  );
};

const HOSTED = 'https://api.m8tes.ai/api/v2';

const environment = (name: string): string | undefined =>
  (typeof process === 'undefined' ? undefined : process.env?.[name]) || undefined;

/** The API itself: what was not given is asked of the environment. */
const direct = (
  baseUrl = environment('M8TES_BASE_URL') ?? HOSTED,
  apiKey = environment('M8TES_API_KEY'),
): Origin => origin(baseUrl, apiKey);

/** A relay, which has both: a key beside it would be one in a page, and the environment is not asked. */
const through = (relay: string, has: Pick<ClientOptions, 'apiKey' | 'baseUrl'>): Origin => {
  const origin = relayed(relay);
  for (const [name, value] of Object.entries(has)) {
    if (value !== undefined) {
      throw new InvalidArgumentError(name, 'must not be given beside relay, which has its own');
    }
  }
  return origin;
};

/** Checks a group of options under the group's name. */
const group = <P extends object>(name: string, codecs: Parameters<P>, values: P): P => {
  if (typeof values !== 'object' || values === null) {
    throw new InvalidArgumentError(name, 'must be an object');
  }
  try {
    return check(codecs, values);
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
    throw new InvalidArgumentError(`${name}.${error.argument}`, error.advice);
  }
};

/** A log or a listener of somebody else's that throws must not end a run's stream. */
const guarded =
  <A>(tell: (value: A) => void, onThrow: (error: unknown) => void): ((value: A) => void) =>
  (value) => {
    try {
      tell(value);
    } catch (error) {
      onThrow(error);
    }
  };

/** Checks a client's options, before anything is sent, and completes them. @throws InvalidArgumentError */
export const settings = (options: ClientOptions): Settings => {
  const {
    apiKey,
    baseUrl,
    relay,
    fetch,
    transport,
    retries = {},
    resume = {},
    timeouts = {},
    maxFrameLength,
    maxBodyLength = 2 ** 24,
    onUnsubscribe = 'detach',
    onConnection = () => {},
    onLog: log = print,
  } = check(ClientOptions, options);
  const { count = 2, delay = 500, maxDelay = 30_000 } = group('retries', RetryOptions, retries);
  const {
    request = 60_000,
    idle,
    stall = Infinity,
    linger,
  } = group('timeouts', TimeoutOptions, timeouts);
  const onLog = guarded(log, () => {});
  if (fetch !== undefined && transport !== undefined) {
    throw new InvalidArgumentError('transport', 'takes the place of fetch: give one of them');
  }
  return {
    origin: relay === undefined ? direct(baseUrl, apiKey) : through(relay, { apiKey, baseUrl }),
    transport: transport ?? fetching(fetch ?? platform),
    retries: { count, delay, maxDelay },
    api: {
      streams: {
        events: { idleTimeout: idle, linger, maxFrameLength },
        wait: healing(resume === false ? false : group('resume', ResumeOptions, resume)),
        onConnection: guarded(onConnection, (error) =>
          onLog({ level: 'warn', message: 'onConnection has thrown', error }),
        ),
      },
      limits: { request: Math.min(request, 2 ** 31 - 1), maxBodyLength }, // a longer timer fires at once
      watched: watched(stall, onLog),
      onUnsubscribe,
      onLog,
    },
  };
};
