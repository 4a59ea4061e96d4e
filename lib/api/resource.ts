import type { Type } from 'io-ts';
import { identity, type Observable } from 'rxjs';
import { path } from '../http/path';
import type { Api } from './Api';
import { calls } from './calls';
import { check, segment, type Parameters } from './check';
import { UserOptions, type AbortOptions } from './options';
import type { After } from './page';
import type { PageParams } from './params';
import { get, patch, post, remove, scope } from './verbs';

/**
 * The calls that the things which runs stand on have in common. As all else, they are cold: nothing
 * is sent before they are subscribed to, nor when their parameters are unusable.
 */
export interface Resource<Item, Params, Changes, Filters, Options = UserOptions> {
  /**
   * Makes one. Sent once for each subscription and never repeated by itself: unlike a run it has no
   * key, and the server would make another. [wire §8]
   */
  create(params: Params, options?: AbortOptions): Observable<Item>;
  /** One, by its id. */
  get(id: number, options?: Options): Observable<Item>;
  /** All, newest first; pages are fetched as their items are taken. */
  list(params?: Filters, options?: AbortOptions): Observable<Item>;
  /** Changes what is given and leaves the rest as it is. Sent once, and never repeated by itself. */
  update(id: number, changes: Changes, options?: Options): Observable<Item>;
  /** Takes one away. Completes without a value. */
  delete(id: number, options?: Options): Observable<never>;
}

/** What a resource takes and gives; its calls follow from it. */
interface Table<Item, Params, Changes, Filters> {
  readonly at: string;
  /** What an error calls its id. */
  readonly id: string;
  readonly item: Type<Item, unknown>;
  readonly params: Parameters<Params>;
  readonly required: readonly (keyof Params & string)[];
  readonly changes: Parameters<Changes>;
  readonly filters: Parameters<Filters>;
  /** What is sent for what is given, where that is not the same, or there is more to check. */
  readonly body?: (params: Params) => object;
  readonly query?: (filters: After<Filters>) => object;
  /** Options of the calls by id. */
  readonly options?: Parameters<AbortOptions>;
}

/** The calls of a resource, and what is to be had below one of its things. [wire §8] */
export const resource = <
  Item extends { readonly id: number },
  Params extends object,
  Changes extends object,
  Filters extends PageParams,
>(
  api: Pick<Api, 'send' | 'limits'>,
  {
    at,
    id: called,
    item,
    params: known,
    required,
    changes: edits,
    filters,
    body = identity,
    query = identity,
    options: by = UserOptions,
  }: Table<Item, Params, Changes, Filters>,
) => {
  const { one, list, nothing } = calls(api);
  /** The path of a thing. */
  const of = (id: number): string => `${at}${path`${segment({ [called]: id })}`}`;

  const shared: Resource<Item, Params, Changes, Filters> = {
    create: (params, options = {}) =>
      one(item, options, () => post(at, body(check(known, params, required)))),
    get: (id, options = {}) => one(item, options, () => get(of(id), scope(options)), by),
    list: (params = {} as Filters, options = {}) =>
      list(
        item,
        options,
        () => check(filters, params),
        (after) => get(at, { ...query(after) }),
      ),
    update: (id, changes, options = {}) =>
      one(item, options, () => patch(of(id), check(edits, changes), scope(options)), by),
    delete: (id, options = {}) => nothing(options, () => remove(of(id), scope(options)), by),
  };
  /** A call that does something to a thing: `POST …/{id}/enable`. */
  const act =
    (what: string) =>
    (id: number, options: UserOptions = {}): Observable<Item> =>
      one(item, options, () => post(`${of(id)}/${what}`, {}, scope(options)), by);
  return { calls: shared, act, of };
};
