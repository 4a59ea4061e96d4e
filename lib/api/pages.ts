import { concat, concatMap, defer, EMPTY, from, type Observable } from 'rxjs';

/** A page of a list. [wire §1 Lists] */
export interface Page<A> {
  readonly data: readonly A[];
  readonly has_more: boolean;
  /** Where the next page starts: after the item of this id. */
  readonly next_starting_after?: number | string;
}

/**
 * The items of a list, page after page. The next page is asked for when the last item of this one
 * has been taken, so `take(5)` asks for no more than it needs.
 */
export const pages = <A extends { readonly id: number | string }>(
  page: (starting_after?: number | string) => Observable<Page<A>>,
  starting_after?: number | string,
): Observable<A> =>
  defer(() => page(starting_after)).pipe(
    concatMap(({ data, has_more, next_starting_after }) => {
      const next = next_starting_after ?? data[data.length - 1]?.id;
      // A page that leads nowhere new would be asked for again, for ever.
      const more = has_more && next !== undefined && next !== starting_after;
      return concat(from(data), more ? pages(page, next) : EMPTY);
    }),
  );
