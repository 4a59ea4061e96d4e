import { InvalidArgumentError, StreamInterruptedError } from '../errors';
import { backoff, isTransient, type Repeats } from '../http/retry';
import type { Fetch } from '../http/fetching';
import { origin, type Origin } from '../http/origin';
import type { Api } from './Api';
import { check, type Parameters } from './check';
import { ClientOptions, ResumeOptions, RetryOptions, TimeoutOptions } from './ClientOptions';
import { watched } from './watched';

/** What a client goes by: its options, checked and completed. */
export interface Settings {
  readonly origin: Origin;
  readonly fetch: Fetch;
  readonly retries: Repeats;
  /** Milliseconds until the headers of an answer. */
  readonly requestTimeout: number;
  /** All that routes are made with but `send`. */
  readonly api: Omit<Api, 'send'>;
}

/** Warnings are printed where nobody listens: a frame that was not understood is worth a line. */
const print: Api['onLog'] = ({ level, message, error }) => {
  if (level !== 'warn') return;
  // eslint-disable-next-line no-console -- the default of `onLog`, and the one place that prints
  console.warn(`m8tes-rx: ${message}`, ...(error === undefined ? [] : [error]));
};

const HOSTED = 'https://api.m8tes.ai/api/v2';

const environment = (name: string): string | undefined =>
  (typeof process === 'undefined' ? undefined : process.env?.[name]) || undefined;

/** Checks a group of options under the group's name. */
const group = <P extends object>(name: string, codecs: Parameters<P>, values: P): P => {
  try {
    return check(codecs, values);
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
    throw new InvalidArgumentError(`${name}.${error.argument}`, error.advice);
  }
};

const waiting = (resume: false | ResumeOptions): Api['streams']['wait'] => {
  if (resume === false) return () => undefined;
  const { attempts = 8, delay = 250, maxDelay = 30_000 } = group('resume', ResumeOptions, resume);
  return (error, failures) => {
    if (!isTransient(error) && !(error instanceof StreamInterruptedError)) return undefined;
    const wait = backoff(error, failures, { delay, maxDelay });
    return failures > attempts || wait > maxDelay ? undefined : wait;
  };
};

/** Checks a client's options, before anything is sent, and completes them. @throws InvalidArgumentError */
export const settings = (options: ClientOptions): Settings => {
  const {
    apiKey,
    baseUrl,
    fetch,
    maxFrameLength,
    onUnsubscribe = 'detach',
    onConnection = () => {},
    onLog = print,
  } = check(ClientOptions, options);
  const {
    count = 2,
    delay = 500,
    maxDelay = 30_000,
  } = group('retries', RetryOptions, options.retries ?? {});
  const {
    request = 60_000,
    idle,
    stall = Infinity,
    linger,
  } = group('timeouts', TimeoutOptions, options.timeouts ?? {});
  return {
    origin: origin(
      baseUrl ?? environment('M8TES_BASE_URL') ?? HOSTED,
      apiKey ?? environment('M8TES_API_KEY'),
    ),
    fetch: fetch ?? ((url, init) => globalThis.fetch(url, init)),
    retries: { count, delay, maxDelay },
    requestTimeout: Math.min(request, 2 ** 31 - 1), // a longer timer fires at once
    api: {
      streams: {
        events: { idleTimeout: idle, linger, maxFrameLength },
        wait: waiting(options.resume ?? {}),
        onConnection,
      },
      watched: watched(stall, onLog),
      onUnsubscribe,
      onLog,
    },
  };
};
