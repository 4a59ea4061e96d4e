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

/** Milliseconds that an endpoint has for its answer: one that sends a byte now and then says nothing. */
const PATIENCE = 10_000;
const late = `the endpoint did not answer within ${PATIENCE} ms`;

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

/** One POST on a connection of its own. Redirects are not followed. Whatever happens, it is told. */
export const bySocket: Post = async (url, headers, bytes, signal) => {
  const { request: send } =
    new URL(url).protocol === 'https:'
      ? await builtin<typeof https>('node:https')
      : await builtin<typeof http>('node:http');
  return new Promise<Said>((resolve) => {
    const length = { 'content-length': bytes.length };
    const options = { method: 'POST', headers: { ...headers, ...length }, agent: false, signal };
    const failed = ({ message }: Error): void => resolve({ status: null, error: message });
    const request = send(url, options, (response) => {
      response.on('error', () => {}).resume();
      resolve(said(response.statusCode ?? 0));
    });
    const timer = setTimeout(() => request.destroy(new Error(late)), PATIENCE);
    request.on('error', failed);
    request.once('close', () => {
      clearTimeout(timer);
      failed(new Error('the endpoint closed the connection instead of answering')); // an upgrade
    });
    request.end(bytes);
    // A URL may be one, and yet none to connect to: `http://%ff@localhost`.
  }).catch(({ message }: Error) => ({ status: null, error: message }));
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
      const timer = setTimeout(() => failed(new Error(late)), PATIENCE);
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
          clearTimeout(timer);
          signal.removeEventListener('abort', closed);
        })
        .catch(failed);
    });
