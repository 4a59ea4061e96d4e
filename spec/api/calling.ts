import { createClient } from 'm8tes-rx';
import type { ClientOptions } from 'm8tes-rx';
import type { LocalServerOptions } from 'm8tes-rx/testing';
import { served } from '../testing/served';

export const KEY = 'm8_a_key_that_nobody_must_see';

/** A client whose repeats do not wait, unless the server asks it to. */
export const clientOf = (baseUrl: string, options: ClientOptions = {}) =>
  createClient({
    apiKey: KEY,
    baseUrl,
    retries: { delay: 0 },
    resume: { delay: 0 },
    timeouts: { linger: 50 },
    onLog: () => {},
    ...options,
  });

/** A local server of the spec's own, and a client of it. */
export const calling = async (server: LocalServerOptions = {}, options: ClientOptions = {}) => {
  const all = await served(server);
  /** How many requests came for a route. */
  const asked = (route: string) =>
    all.server.requests().filter((request) => request.route === route).length;
  return { ...all, asked, client: clientOf(all.server.url, options) };
};
