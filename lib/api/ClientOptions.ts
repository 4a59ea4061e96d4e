/** How a client is made. Times are in milliseconds. `settings` checks and completes all of it. */
import type { Fetch } from '../http/fetching';
import type { Transport } from '../http/Transport';
import type { ConnectionState } from '../stream/Healing';
import { parameter, type Parameters } from './check';

const { callback, count, delay, object, oneOf, timeout, unknown } = parameter;

/** What a client takes; everything has a default. */
export interface ClientOptions {
  /** The API key; default: the environment's `M8TES_API_KEY`. It goes to `baseUrl` and nowhere else. */
  readonly apiKey?: string | undefined;
  /** Default: the environment's `M8TES_BASE_URL`, else the hosted API. https, or http on loopback. */
  readonly baseUrl?: string | undefined;
  /**
   * Where your own server has its relay (`m8tes-rx/relay`), instead of the two above: it has the key,
   * and a page has none. A path of the page's own origin, such as `/m8tes`, or a whole URL: https, or
   * http on loopback and on the page's own origin. The page's cookies go along.
   */
  readonly relay?: string | undefined;
  /** A `fetch` of your own. */
  readonly fetch?: Fetch | undefined;
  /**
   * What is below `fetch`, and takes its place: a request into an Observable of its answer, such as
   * `fakeApi(script)` of `m8tes-rx/testing`. Default: {@link fetch} as one.
   */
  readonly transport?: Transport | undefined;
  /** Repeats of a request that is safe to repeat. */
  readonly retries?: RetryOptions | undefined;
  /** Healing of a stream that breaks off; `false` for none. */
  readonly resume?: false | ResumeOptions | undefined;
  readonly timeouts?: TimeoutOptions | undefined;
  /** Characters in one frame of a stream, each of its lines counting as 32 more. Default 16 Mi. */
  readonly maxFrameLength?: number | undefined;
  /** Bytes in an answer, downloads aside. Default 16 Mi. */
  readonly maxBodyLength?: number | undefined;
  /** What unsubscribing from a run does to it: `detach` (the default) leaves it running. */
  readonly onUnsubscribe?: 'detach' | 'cancel' | undefined;
  /** Told of every connection that a stream makes, loses and wins back. */
  readonly onConnection?: ((state: ConnectionState) => void) | undefined;
  /** Told what is worth knowing and is no event: default, warnings go to the console. */
  readonly onLog?: ((entry: LogEntry) => void) | undefined;
}

/** `http/origin` checks the first three, and the groups have codecs of their own. */
export const ClientOptions: Parameters<ClientOptions> = {
  apiKey: unknown,
  baseUrl: unknown,
  relay: unknown,
  fetch: callback,
  transport: callback,
  retries: object,
  resume: unknown,
  timeouts: object,
  maxFrameLength: count,
  maxBodyLength: count,
  onUnsubscribe: oneOf('detach', 'cancel'),
  onConnection: callback,
  onLog: callback,
};

/** How waits between tries grow. */
interface Backoff {
  /** The first wait; each further one doubles, with jitter. */
  readonly delay?: number | undefined;
  /** The longest wait. A `Retry-After` is obeyed up to it; a longer one is not slept through. */
  readonly maxDelay?: number | undefined;
}

const Backoff: Parameters<Backoff> = { delay, maxDelay: delay };

/** How requests are repeated: by default twice, after 500 ms and more, 30 s at most. */
export interface RetryOptions extends Backoff {
  /** Repeats after the first try; 0 for none. */
  readonly count?: number | undefined;
}

export const RetryOptions: Parameters<RetryOptions> = { ...Backoff, count };

/** How streams are healed: by default in 8 tries, after 250 ms and more, 30 s at most. */
export interface ResumeOptions extends Backoff {
  /** Tries without progress; a new event renews them. */
  readonly attempts?: number | undefined;
}

export const ResumeOptions: Parameters<ResumeOptions> = { ...Backoff, attempts: count };

/** How long things may take. */
export interface TimeoutOptions {
  /** Until the headers of an answer, and again until its end; of a download, without a byte. Default 60,000. */
  readonly request?: number | undefined;
  /** Without a byte, until a stream's socket counts as dead. Default 45,000: three missed keepalives. */
  readonly idle?: number | undefined;
  /** Without an event other than the server's housekeeping, until a stream fails. Default: `Infinity`. */
  readonly stall?: number | undefined;
  /** Silence after a stream's ending, until it is closed. Default 1,000. */
  readonly linger?: number | undefined;
}

export const TimeoutOptions: Parameters<TimeoutOptions> = {
  request: timeout,
  idle: timeout,
  stall: timeout,
  linger: delay,
};

/** Something a person may want to know that is no event and no error of a call. */
export interface LogEntry {
  readonly level: 'warn' | 'debug';
  /** Holds no key, and no values of a payload. */
  readonly message: string;
  readonly error?: unknown;
}
