import { createClient, type Client } from 'm8tes-rx';
import { localServer, type LocalServer, type LocalServerOptions } from 'm8tes-rx/testing';

/** A client, and what it talks to. */
export interface Connected {
  readonly client: Client;
  readonly where: string;
  /** The embedded server, when there is one. */
  readonly server?: LocalServer;
  readonly close: () => void;
}

/** A client of the API when `M8TES_API_KEY` is set; without a key, of a local server that plays it. */
export const connected = async (options?: LocalServerOptions): Promise<Connected> => {
  if (process.env['M8TES_API_KEY']) {
    return { client: createClient(), where: 'the API', close: () => {} };
  }
  const server = await localServer(options);
  return {
    client: createClient({ baseUrl: server.url, apiKey: 'm8_local' }),
    where: 'the embedded local server: scripted answers, no key needed',
    server,
    close: () => void server.close(),
  };
};
