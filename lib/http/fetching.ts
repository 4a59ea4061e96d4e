import { asyncScheduler, Observable } from 'rxjs';
import { InvalidArgumentError } from '../errors';
import { causeOf, codeOf, isMistake } from './failing';
import { brokenOff, unanswered, type Transport, type TransportResponse } from './Transport';

/** The part of the platform's `fetch` that is used. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/**
 * A response's body, chunk by chunk. Unsubscribing cancels it, which closes the socket.
 *
 * A body that ends early with an error is a `ConnectionError`; one that ends early without one
 * completes: only who reads the frames can tell.
 */
export const bodyOf = (response: Response): Observable<Uint8Array> =>
  new Observable((subscriber) => {
    if (response.body === null) {
      subscriber.complete();
      return undefined;
    }
    const reader = response.body.getReader();
    let ended = false;
    // A reader's loop takes small chunks three times as fast as `pipeTo` does.
    const read = (): void => {
      reader.read().then(onRead, onError);
    };
    const onRead = ({ done, value }: ReadableStreamReadResult<Uint8Array>): void => {
      if (done) {
        ended = true;
        subscriber.complete();
      } else if (!subscriber.closed) {
        subscriber.next(value);
        if (!subscriber.closed) read();
      }
    };
    const onError = (error: unknown): void => {
      ended = true;
      subscriber.error(brokenOff(codeOf(error)));
    };
    read();
    return () => {
      if (!ended) reader.cancel().catch(() => {});
    };
  });

/** A platform's response as an answer. */
export const responseOf = (response: Response): TransportResponse => {
  const { status, headers, url } = response;
  return { status, headers, url, body: bodyOf(response) };
};

/**
 * More milliseconds than a clock is set back by between two readings. RxJS's time counts from 0 where
 * it is virtual.
 */
const AGES = 10 ** 9;

const isTimeVirtual = (): boolean => Date.now() - asyncScheduler.now() > AGES;

/**
 * `fetch` as a transport: the one that is there where no other is given, and the only place with
 * Promises between a request and its events.
 *
 * Unsubscribing before the headers aborts the request; a response that comes all the same is
 * cancelled. After the headers the body belongs to its reader: an abort would tear it from under it.
 */
export const fetching =
  (fetch: Fetch): Transport =>
  ({ url, ...init }) =>
    new Observable((subscriber) => {
      if (isTimeVirtual()) {
        const why =
          'gets nowhere in virtual time, where no Promise settles: give createClient a transport, ' +
          'such as fakeApi(script) of m8tes-rx/testing';
        subscriber.error(new InvalidArgumentError('fetch', why));
        return undefined;
      }
      const controller = new AbortController();
      let answered = false;
      const onResponse = (response: Response): void => {
        answered = true;
        if (subscriber.closed) {
          response.body?.cancel().catch(() => {});
          return;
        }
        subscriber.next(responseOf(response));
        subscriber.complete();
      };
      const onError = (error: unknown): void => {
        answered = true;
        if (error instanceof InvalidArgumentError) return subscriber.error(error);
        const code = isMistake(error) ? 'THROWN' : codeOf(error);
        const key = /^Bearer (.+)$/.exec(init.headers['authorization'] ?? '')?.[1];
        subscriber.error(unanswered({ url, ...init }, code, causeOf(error, key)));
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
