import type { Request } from '../http/Request';

/** A question: safe to repeat. */
export const get = (path: string, query: Request['query'] = {}): Request => ({
  method: 'GET',
  path,
  query,
  accept: ['application/json'],
  repeatable: true,
});
