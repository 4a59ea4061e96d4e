import {
  identity,
  retry as resubscribe,
  throwError,
  timer,
  type MonoTypeOperatorFunction,
} from 'rxjs';
import { ApiError, ConnectionError, RunTimeoutError } from '../errors';
import type { Request } from './Request';

/** How long waits between tries are, in milliseconds. */
export interface Waits {
  /** Before the second try; each further wait is twice the one before. */
  readonly delay: number;
  /** The longest wait. */
  readonly maxDelay: number;
}

/** How often, and how patiently, what is safe to repeat is repeated. */
export interface Repeats extends Waits {
  /** Repeats after the first try. */
  readonly count: number;
}

/**
 * Repeats a request that failed for a passing reason, if the request says that it may be repeated.
 * A `Retry-After` beyond `maxDelay` surfaces the refusal instead of being slept through.
 */
export const retry = <T>(
  { repeatable }: Pick<Request, 'repeatable'>,
  repeats: Repeats,
): MonoTypeOperatorFunction<T> =>
  repeatable
    ? resubscribe({
        count: repeats.count,
        delay: (error: unknown, failures) => {
          const wait = backoff(error, failures, repeats);
          return isTransient(error) && wait <= repeats.maxDelay
            ? timer(wait)
            : throwError(() => error);
        },
      })
    : identity;

/** Where nothing passes by waiting. */
const LASTING: ReadonlySet<string | undefined> = new Set(['REDIRECTED', 'THROWN']);

/** Whether the same request may well succeed a little later. */
export const isTransient = (error: unknown): boolean =>
  (error instanceof ConnectionError && !LASTING.has(error.code)) ||
  error instanceof RunTimeoutError ||
  (error instanceof ApiError && (error.kind === 'rate-limit' || error.kind === 'server'));

/**
 * The wait before a try, once `failures` tries in a row have failed: what the server asked for in
 * `Retry-After`, to the millisecond; else exponential, capped, and with jitter, but at least half
 * of it (a full jitter may well be no wait at all).
 */
export const backoff = (error: unknown, failures: number, { delay, maxDelay }: Waits): number =>
  error instanceof ApiError && error.retryAfter !== undefined
    ? error.retryAfter
    : Math.min(maxDelay, delay * 2 ** (failures - 1)) * (0.5 + Math.random() / 2);

const time = String.raw`\d\d:\d\d:\d\d`;

/** The three forms of an HTTP date: `Sun, 06 Nov 1994 08:49:37 GMT`, and two that are obsolete. */
const dates = [
  new RegExp(String.raw`^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} ${time} GMT$`),
  new RegExp(String.raw`^[A-Z][a-z]{5,8}, \d\d-[A-Z][a-z]{2}-\d\d ${time} GMT$`),
  new RegExp(String.raw`^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d ${time} \d{4}$`),
];

/**
 * How long a `Retry-After` asks to wait, in milliseconds: seconds or an HTTP date, and never less
 * than nothing. Undefined when it says neither.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
 */
export const retryAfter = (header: string | null, now: number): number | undefined => {
  const text = header?.trim() ?? '';
  if (/^\d{1,15}$/.test(text)) return Number(text) * 1000;
  if (!dates.some((form) => form.test(text))) return undefined;
  // The third form names no zone; all of them are GMT.
  const date = Date.parse(text.endsWith('GMT') ? text : `${text} GMT`);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
};
