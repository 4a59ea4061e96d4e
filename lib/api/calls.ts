import * as t from 'io-ts';
import { concatMap, defer, from, ignoreElements, type Observable } from 'rxjs';
import { abortable } from '../http/abortable';
import type { Request } from '../http/Request';
import { watchdog } from '../stream/watchdog';
import { ask, stalled } from './answer';
import type { Api } from './Api';
import { check, type Parameters } from './check';
import { AbortOptions } from './options';
import { pageOf, pages, type After, type Cursor } from './page';

/**
 * How a route is asked, by what it answers. Nothing happens before `subscribe`; options are checked
 * as parameters are: `user_id` where there is none would go unheard.
 */
export const calls = (api: Pick<Api, 'send' | 'limits'>) => {
  const call = <A>(
    known: Parameters<AbortOptions>,
    options: AbortOptions,
    answers: () => Observable<A>,
  ): Observable<A> =>
    defer(() => {
      const { signal } = check(known, options);
      return answers().pipe(abortable(signal));
    });

  /** One thing. */
  const one = <A>(
    codec: t.Type<A, unknown>,
    options: AbortOptions,
    request: () => Request,
    known: Parameters<AbortOptions> = AbortOptions,
  ): Observable<A> => call(known, options, () => ask(api, request, codec));

  /** The things of a bare array. */
  const items = <A>(
    codec: t.Type<A, unknown>,
    options: AbortOptions,
    request: () => Request,
    known?: Parameters<AbortOptions>,
  ): Observable<A> =>
    one(t.readonlyArray(codec), options, request, known).pipe(concatMap((list) => from(list)));

  /** The things of a list, page after page: the request is made anew for each, after an id. */
  const list = <A extends { readonly id: number | string }, P extends Cursor<number>>(
    codec: t.Type<A, unknown>,
    options: AbortOptions,
    params: () => P,
    request: (params: After<P>) => Request,
    known: Parameters<AbortOptions> = AbortOptions,
    paged: typeof pageOf = pageOf,
  ): Observable<A> =>
    call(known, options, () => {
      const { starting_after: first, ...filters } = params();
      const page = (starting_after?: number | string) =>
        ask(api, () => request({ ...filters, starting_after }), paged(codec));
      return pages(page, first);
    });

  /** Bytes, for answers that are no JSON. */
  const bytes = (
    options: AbortOptions,
    request: () => Request,
    known: Parameters<AbortOptions> = AbortOptions,
  ): Observable<Uint8Array> =>
    call(known, options, () => {
      const asked = request();
      const late = () => stalled(`${asked.method} ${asked.path}`, api.limits);
      return api
        .send(asked)
        .pipe(concatMap(({ body }) => body.pipe(watchdog(api.limits.request, late))));
    });

  /** That it is done, and nothing else: whatever is said beside that, it has its limits. */
  const nothing = (
    ...asked: readonly [AbortOptions, () => Request, Parameters<AbortOptions>?]
  ): Observable<never> => one(t.unknown, ...asked).pipe(ignoreElements());

  return { one, items, list, bytes, nothing };
};
