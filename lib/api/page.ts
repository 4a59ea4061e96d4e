import * as t from 'io-ts';
import { concatMap, defer, EMPTY, of, repeat, type Observable } from 'rxjs';
import { DecodeError } from '../errors';
import { flag, orElse, record, textOrNumber } from '../events/record';

/** A page of a list. [wire §1 Lists] */
export interface Page<A> {
  readonly data: readonly A[];
  readonly has_more: boolean;
  /** Where the next page starts: after the item of this id. */
  readonly next_starting_after?: number | string;
}

/** Where a list goes on: after the item of this id. */
export interface Cursor<Id> {
  readonly starting_after?: Id | undefined;
}

/** What a list is asked for, from some item of it on. */
export type After<P> = Omit<P, keyof Cursor<number>> & Cursor<number | string>;

/** The codec of a page of such items. */
export const pageOf = <A>(item: t.Type<A, unknown>): t.Type<Page<A>, unknown> =>
  record(
    {
      data: t.readonlyArray(item),
      has_more: orElse(flag, false),
      next_starting_after: textOrNumber,
    },
    `a page of ${item.name}`,
  );

/** The same, where the API may answer with a bare array instead: all there is. [wire §8, triggers] */
export const pageOrList = <A>(item: t.Type<A, unknown>): t.Type<Page<A>, unknown> => {
  const page = pageOf(item);
  return new t.Type<Page<A>, unknown>(
    page.name,
    page.is,
    (value, context) => page.validate(Array.isArray(value) ? { data: value } : value, context),
    t.identity,
  );
};

/** Pages without an item, one after another, that are followed. */
const EMPTY_PAGES = 100;

/**
 * The items of a list, page after page. The next page is asked for when the last item of this one
 * has been taken, so `take(5)` asks for no more than it needs.
 */
export const pages = <A extends { readonly id: number | string }>(
  page: (starting_after?: number | string) => Observable<Page<A>>,
  starting_after?: number | string,
): Observable<A> =>
  defer(() => {
    const asked = new Set<string>(); // a server may write the id 9 as '9'
    let next = starting_after;
    let empty = 0;
    return defer(() => {
      asked.add(String(next));
      return page(next);
    }).pipe(
      concatMap(({ data, has_more, next_starting_after }) => {
        empty = data.length > 0 ? 0 : empty + 1;
        if (empty > EMPTY_PAGES) {
          throw new DecodeError(
            `the list goes on after ${EMPTY_PAGES} pages without an item; start again after the last item`,
          );
        }
        next = has_more ? (next_starting_after ?? data[data.length - 1]?.id) : undefined;
        return data;
      }),
      // A page that leads to where we have been would be asked for again, for ever.
      repeat({ delay: () => (next === undefined || asked.has(String(next)) ? EMPTY : of(next)) }),
    );
  });
