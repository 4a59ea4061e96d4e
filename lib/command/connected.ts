import { createClient, InvalidArgumentError, type Client, type ClientOptions } from 'm8tes-rx';
import { localServer, type Script } from 'm8tes-rx/testing';
import { complaint } from './exit';
import { painter, printable, type Terminal } from './Terminal';
import type { Options } from './Subcommand';

/** What a command works with. */
export interface Connected {
  readonly client: Client;
  /** Whether there is nothing behind it but a server of this process, which ends with it. */
  readonly isLocal: boolean;
  readonly close: () => Promise<void>;
}

/** What every command takes that is a client. */
export const connecting: Options = {
  'base-url': {
    takes: '<url>',
    what: 'Where the API is. Default: M8TES_BASE_URL, or the hosted API.',
  },
};

/** What is worth knowing and is no event goes where all goes that is not the run's text. */
const logging = (terminal: Terminal): Pick<ClientOptions, 'onLog'> => ({
  onLog: ({ level, message, error }) => {
    if (level !== 'warn') return;
    const why = error instanceof Error ? `: ${error.message}` : '';
    const lines = [printable(`${message}${why}`)];
    terminal.stderr.write(`${complaint(terminal, { code: 0, lines })}\n`);
  },
});

/** A client of the API with the key of the environment; undefined where there is none. */
export const apiClient = (
  terminal: Terminal,
  baseUrl: string | undefined = terminal.env['M8TES_BASE_URL'],
): Client | undefined => {
  const apiKey = terminal.env['M8TES_API_KEY'];
  if (apiKey) return createClient({ apiKey, ...(baseUrl && { baseUrl }), ...logging(terminal) });
  if (!baseUrl) return undefined;
  throw new InvalidArgumentError(
    'M8TES_API_KEY',
    'is not set, and the API has an address: set it as well (of a local server, to anything that begins with m8_)',
  );
};

/** The same; and where there is no key, of a local server that plays the API, and says so. */
export const connected = async (
  terminal: Terminal,
  baseUrl: string | undefined,
  script: Script,
): Promise<Connected> => {
  const client = apiClient(terminal, baseUrl);
  if (client !== undefined) return { client, isLocal: false, close: async () => {} };
  const { stderr } = terminal;
  const notice =
    'M8TES_API_KEY is not set: no agent is run, and what follows is a script of the local server.';
  stderr.write(`${painter(terminal, stderr)('yellow', notice)}\n`);
  const { url, close } = await localServer({ script, pace: 0 });
  return {
    client: createClient({ baseUrl: url, apiKey: 'm8_local', ...logging(terminal) }),
    isLocal: true,
    close,
  };
};
