import { createClient, type ClientOptions } from 'm8tes-rx';
import { createRelay, memoryLog, type CreateRelayOptions, type Relay } from 'm8tes-rx/relay';
import { fakeFetch, type FakeFetch, type FakeFetchOptions, type Scripted } from 'm8tes-rx/testing';

export const API = 'https://api.test/api/v2';
export const KEY = 'm8_a_key_that_nobody_sees';

/** The API, and a client of it. */
export const anApi = (
  scripted: Scripted | readonly Scripted[],
  options: FakeFetchOptions = {},
  clientOptions: ClientOptions = {},
) => {
  const api = fakeFetch(scripted, { pace: 1, ...options });
  const client = createClient({
    ...{ apiKey: KEY, baseUrl: API, fetch: api, timeouts: { linger: 20 } },
    retries: { count: 0 },
    ...clientOptions,
  });
  return { api, client };
};

export interface Relaying {
  readonly api: FakeFetch;
  readonly client: ReturnType<typeof createClient>;
  readonly relay: Relay;
  /** Asks the handler as a page does. */
  readonly ask: (
    path: string,
    body?: object,
    headers?: { readonly [name: string]: string },
  ) => Promise<Response>;
  readonly page: ReturnType<typeof createClient>;
}

/** A relay of an API, for a page whose user may do all. */
export const relaying = (
  scripted: Scripted | readonly Scripted[],
  { log = memoryLog(), ...options }: Partial<CreateRelayOptions> = {},
  apiOptions: FakeFetchOptions = {},
): Relaying => {
  const { api, client } = anApi(scripted, apiOptions);
  const relay = createRelay({
    ...{ client, log, authorize: () => ({ owner: 'ann' }) },
    ...{ lease: 60, linger: 50 },
    ...options,
  });
  const at = 'https://page.test/m8tes';
  return {
    api,
    client,
    relay,
    ask: (path, body, headers = {}) =>
      relay.handler(
        new Request(at + path, {
          method: body === undefined ? 'GET' : 'POST',
          ...(body !== undefined && { body: JSON.stringify(body) }),
          headers: {
            ...(body !== undefined && { 'content-type': 'application/json' }),
            ...headers,
          },
        }),
      ),
    page: createClient({
      ...{ apiKey: 'm8_none', baseUrl: at, timeouts: { linger: 20 } },
      fetch: (url, init) => relay.handler(new Request(url, init)),
      retries: { count: 0 },
      resume: { delay: 5, attempts: 20 },
    }),
  };
};

/** The frames of an answer: `id` and `data` of each, and its comments and other fields as they are. */
export const framesOf = async (response: Response) =>
  (await response.text())
    .split('\n\n')
    .filter((frame) => frame !== '' && !frame.startsWith(':'))
    .map((frame) =>
      Object.fromEntries(
        frame.split('\n').map((line) => {
          const [, name, value] = /^(\w+): (.*)$/s.exec(line) ?? [undefined, 'odd', line];
          return [name, value] as const;
        }),
      ),
    );
