import { Observable } from 'rxjs';
import { ConnectionError } from '../errors';
import type { Call } from './authorize';

/** The part of the platform's `fetch` that is used. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** Causes that are looked through: a chain of them may be a ring. */
const DEEPEST = 8;

const find = (error: unknown, depth: number): string | undefined => {
  if (typeof error !== 'object' || error === null || depth > DEEPEST) return undefined;
  const { code, cause } = error as { readonly code?: unknown; readonly cause?: unknown };
  return typeof code === 'string' && /^\w{1,64}$/.test(code) ? code : find(cause, depth + 1);
};

/** The code of a platform's error, such as `ECONNREFUSED`. Its message is never passed on: it may quote a header. */
export const codeOf = (error: unknown): string | undefined => {
  try {
    return find(error, 0);
  } catch {
    return undefined; // a getter of somebody else's that throws
  }
};

/**
 * `fetch` as a cold Observable of one response, its body unread.
 *
 * Unsubscribing before the headers aborts the request; a response that comes all the same is
 * cancelled. After the headers the body belongs to its reader: an abort would tear it from under it.
 */
export const fetching = (fetch: Fetch, { url, init, name }: Call): Observable<Response> =>
  new Observable((subscriber) => {
    const controller = new AbortController();
    let answered = false;
    const onResponse = (response: Response): void => {
      answered = true;
      if (subscriber.closed) {
        response.body?.cancel().catch(() => {});
        return;
      }
      subscriber.next(response);
      subscriber.complete();
    };
    const onError = (error: unknown): void => {
      answered = true;
      const code = codeOf(error);
      subscriber.error(
        new ConnectionError(
          `${name} got no answer${code === undefined ? '' : ` (${code})`}; ` +
            'check the network, and that baseUrl names the API',
          code,
        ),
      );
    };
    const { signal } = controller;
    // Begun in a then: a fetch that throws at once is one more that got no answer. By then it may
    // have been left already, and not every fetch looks at its signal.
    Promise.resolve()
      .then(() => {
        signal.throwIfAborted();
        return fetch(url, { ...init, signal });
      })
      .then(onResponse, onError);
    return () => {
      if (!answered) controller.abort();
    };
  });
