import type { ClientOptions } from 'm8tes-rx';

/** A `fetch` that closes its socket behind each answer, so that one that is left open shows. */
export const closing: ClientOptions['fetch'] = (url, init) => {
  const headers = new Headers(init.headers);
  headers.set('connection', 'close');
  return fetch(url, { ...init, headers });
};
