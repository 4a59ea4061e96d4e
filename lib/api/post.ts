import type { Request } from '../http/Request';
import { json } from './json';

/** "Any other POST or PATCH is not [idempotent], whatever headers it carries." [wire §2] */
export const post = (path: string, body: object = {}, query: Request['query'] = {}): Request => ({
  method: 'POST',
  path,
  query,
  body: json(body),
  accept: ['application/json'],
  repeatable: false,
});
