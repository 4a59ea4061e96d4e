import { map, ReplaySubject, takeUntil, type MonoTypeOperatorFunction } from 'rxjs';
import { brokenOff, unanswered, type Transport } from '../http/Transport';
import { allowed } from './allowed';
import { bySchedulers } from './clock';
import { fakeRules, reachOf, type FakeFetchOptions } from './fakeFetch';
import { localApi, type LocalApi } from './LocalApi';
import type { Scripted } from './scripted';
import { assistant } from './scripts';
import { incoming, outgoing } from './transport';

/** A transport that plays the API, and what can be seen of it. */
export interface FakeApi extends LocalApi, Transport {
  /** Breaks off every stream, and stops every run and every webhook on its way. Nobody answers after it. */
  readonly close: () => void;
}

/**
 * The hosted API below `fetch`: all that {@link fakeFetch} does, as a transport, and without a
 * Promise between the client and a run. So inside of `marbles()` and `TestScheduler.run` a whole
 * client goes in virtual time: a run and its polling, healing, backoff and watchdogs. Elsewhere time
 * is that of the timers, real or in their place.
 *
 * What only a Promise tells stays outside of virtual time: webhooks, which are signed, and what is in
 * a file that was uploaded. A client that waits for ever, on a run that is kept alive, has to be
 * unsubscribed from: virtual time would not end.
 *
 * @example
 * ```ts
 * import { createClient, textOnly } from 'm8tes-rx';
 * import { fakeApi, marbles, run } from 'm8tes-rx/testing';
 *
 * it('shows what is said when it is said', marbles(({ expectObservable }) => {
 *   const transport = fakeApi(run().text('Hel').wait(2).text('lo').done());
 *   const { runs } = createClient({ transport, apiKey: 'm8_test' });
 *   const shown = runs.create({ message: 'Greet me' }).pipe(textOnly());
 *   expectObservable(shown).toBe('a-(b|)', { a: 'Hel', b: 'lo' });
 * }));
 * ```
 *
 * @see fakeFetch for code that takes a `fetch`
 */
export const fakeApi = (
  script: Scripted | readonly Scripted[] = assistant,
  options: FakeFetchOptions = {},
): FakeApi => {
  allowed('', options, fakeRules);
  const { onWebhook, ...others } = options;
  const { api, answer, stop } = localApi(script, others, reachOf(onWebhook), bySchedulers);

  const closing = new ReplaySubject<void>(1);
  const untilClosed = <T>(closed: () => Error): MonoTypeOperatorFunction<T> => {
    const fail = (): never => {
      throw closed();
    };
    return takeUntil(closing.pipe(map(fail)));
  };
  const transport: Transport = (request) =>
    bySchedulers(0).pipe(
      map(() => {
        const answered = answer(incoming(request), new URL(request.url, 'http://localhost').origin);
        if (answered === undefined) throw unanswered(request, 'ECONNRESET');
        const body = answered.body.pipe(untilClosed(() => brokenOff('ECONNRESET')));
        return outgoing(answered, body);
      }),
      untilClosed(() => unanswered(request, 'ECONNREFUSED')),
    );
  const close = (): void => {
    closing.next();
    stop();
  };
  return Object.assign(transport, { ...api, close });
};
