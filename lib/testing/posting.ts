import type * as http from 'node:http';
import type * as https from 'node:https';
import { builtin } from './builtin';

/** What an endpoint said to a webhook, and why that is no success. */
export interface Said {
  readonly status: number | null;
  readonly error: string | null;
}

/** Sends one webhook. */
export type Post = (
  url: string,
  headers: Readonly<Record<string, string>>,
  bytes: Uint8Array<ArrayBuffer>,
  signal: AbortSignal,
) => Promise<Said>;

/** How a webhook gets to a URL; `undefined` where nothing is sent. */
export type Reach = (url: string) => Post | undefined;

/** Milliseconds that an endpoint may be silent for. */
const SILENCE = 10_000;
const silent = `the endpoint was silent for ${SILENCE} ms`;

const said = (status: number): Said => ({
  status,
  error: status >= 200 && status < 300 ? null : `the endpoint answered with ${status}`,
});

/** A URL as it parses: `http://127.1` and `http://0x7f000001` are 127.0.0.1 as well. */
const isLoopback = (url: string): boolean => {
  const { protocol, hostname } = new URL(url);
  return /^https?:$/.test(protocol) && /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname);
};

/** Nothing leaves the machine. */
export const toLoopback =
  (post: Post): Reach =>
  (url) =>
    isLoopback(url) ? post : undefined;

/** One POST on a connection of its own. Redirects are not followed. */
export const bySocket: Post = async (url, headers, bytes, signal) => {
  const { request: send } = url.startsWith('https:')
    ? await builtin<typeof https>('node:https')
    : await builtin<typeof http>('node:http');
  return new Promise((resolve) => {
    const length = { 'content-length': bytes.length };
    const options = { method: 'POST', headers: { ...headers, ...length }, agent: false, signal };
    const request = send(url, options, (response) => {
      response.once('error', () => {}).resume();
      resolve(said(response.statusCode ?? 0));
    });
    request.setTimeout(SILENCE, () => request.destroy(new Error(silent)));
    request.once('error', ({ message }) => resolve({ status: null, error: message }));
    request.end(bytes);
  });
};

/** What takes a webhook without a socket: a handler as it stands in a server, or `fetch`. */
export type Receiver = (request: Request) => Response | Promise<Response>;

/** Handed to a function. */
export const byHand =
  (receive: Receiver): Post =>
  (url, headers, bytes, signal) =>
    new Promise((resolve) => {
      const failed = (error: unknown): void =>
        resolve({ status: null, error: error instanceof Error ? error.message : String(error) });
      const late = setTimeout(() => failed(new Error(silent)), SILENCE);
      const closed = (): void => failed(signal.reason);
      signal.addEventListener('abort', closed, { once: true });
      const request = new Request(url, {
        method: 'POST',
        headers,
        body: bytes,
        redirect: 'manual',
      });
      Promise.resolve(request)
        .then(receive)
        .then(({ status, body }) => {
          resolve(said(status));
          return body?.cancel();
        })
        .catch(failed)
        .finally(() => {
          clearTimeout(late);
          signal.removeEventListener('abort', closed);
        })
        .catch(failed);
    });
