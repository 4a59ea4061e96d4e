/** The four kinds of request that routes are made of, and whether a repeat of each is safe. [wire §2] */
import type { Request } from '../http/Request';
import { json } from './multipart';
import type { UserOptions } from './options';

type Query = Request['query'];

/** A question: safe to repeat. */
export const get = (path: string, query: Query = {}): Request => ({
  method: 'GET',
  path,
  query,
  accept: ['application/json'],
  repeatable: true,
});

/** "Any other POST or PATCH is not [idempotent], whatever headers it carries." [wire §2] */
export const post = (path: string, body: object = {}, query: Query = {}): Request => ({
  ...get(path, query),
  method: 'POST',
  body: json(body),
  repeatable: false,
});

export const patch = (path: string, body: object, query: Query = {}): Request => ({
  ...post(path, body, query),
  method: 'PATCH',
});

/** What is gone is gone: safe to repeat. Of its answer, which may be of any type, only the status counts. */
export const remove = (path: string, query: Query = {}): Request => ({
  ...get(path, query),
  method: 'DELETE',
  accept: [],
});

/** Whose thing it is: "`user_id` is a query parameter on by-id calls". [wire §8] */
export const scope = ({ user_id }: UserOptions): Scope => ({ user_id });

type Scope = { readonly user_id: string | undefined; readonly starting_after?: undefined };
