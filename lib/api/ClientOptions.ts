import type { Fetch } from '../http/fetching';
import type { Connection } from '../stream/Healing';
import type { Parameters } from './check';
import type { LogEntry } from './LogEntry';
import { parameter } from './parameter';
import type { ResumeOptions } from './ResumeOptions';
import type { RetryOptions } from './RetryOptions';
import type { TimeoutOptions } from './TimeoutOptions';

/** How a client is made. Times are in milliseconds. */
export interface ClientOptions {
  /** The API key; default: the environment's `M8TES_API_KEY`. It goes to `baseUrl` and nowhere else. */
  readonly apiKey?: string | undefined;
  /** Default: the environment's `M8TES_BASE_URL`, else the hosted API. https, or http on loopback. */
  readonly baseUrl?: string | undefined;
  /** A `fetch` of your own. */
  readonly fetch?: Fetch | undefined;
  /** Repeats of a request that is safe to repeat. */
  readonly retries?: RetryOptions | undefined;
  /** Healing of a stream that breaks off; `false` for none. */
  readonly resume?: false | ResumeOptions | undefined;
  readonly timeouts?: TimeoutOptions | undefined;
  /** Characters in one frame of a stream. Default 16 Mi. */
  readonly maxFrameLength?: number | undefined;
  /** What unsubscribing from a run does to it: `detach` (the default) leaves it running. */
  readonly onUnsubscribe?: 'detach' | 'cancel' | undefined;
  /** Told of every connection that a stream makes, loses and wins back. */
  readonly onConnection?: ((connection: Connection) => void) | undefined;
  /** Told what is worth knowing and is no event: default, warnings go to the console. */
  readonly onLog?: ((entry: LogEntry) => void) | undefined;
}

const { callback, count, object, oneOf, unknown } = parameter;

/** The codec of each; `origin` checks the first two, and `settings` what is in the groups. */
export const ClientOptions: Parameters<ClientOptions> = {
  apiKey: unknown,
  baseUrl: unknown,
  fetch: callback,
  retries: object,
  resume: unknown,
  timeouts: object,
  maxFrameLength: count,
  onUnsubscribe: oneOf('detach', 'cancel'),
  onConnection: callback,
  onLog: callback,
};
