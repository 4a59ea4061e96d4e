import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { createClient, type Client, type CreateParams } from 'm8tes-rx';
import { createRelay, memoryLog, toNode, type Authorize, type Grant } from 'm8tes-rx/relay';
import { localServer, type Script } from 'm8tes-rx/testing';
import { catchError, filter, lastValueFrom, map, of, toArray } from 'rxjs';
import { gate } from './gate';
import { guarded, pages, told } from './pages';
import { samples, tale } from './tale';
import { timed } from './timed';

/** How a console is served. */
export interface ConsoleServerOptions {
  /** Whose runs they are. Default: a client of a local server, which plays the API. */
  readonly client?: Pick<Client, 'runs'> | undefined;
  /** What the page says of them: that they are scripted, or the API's. Default: `api` with a client. */
  readonly mode?: 'local' | 'api' | undefined;
  /** What the local server does with a message. Default: {@link tale}. */
  readonly script?: Script | undefined;
  /** What each run has that the page starts, unless the page says otherwise. */
  readonly params?: Grant['params'];
  /** A folder, in which `index.html`, `console.js` and `console.css` are the page. */
  readonly files: string;
  /** The version that the page shows. */
  readonly version?: string | undefined;
  /** Default 0: any free port. */
  readonly port?: number | undefined;
  /**
   * Where it listens. Default `127.0.0.1`: for nobody but this machine. Beyond it, whoever has the
   * `url`, with the token in it, may do what the console may.
   */
  readonly host?: string | undefined;
}

/** A console that is listening. */
export interface ConsoleServer {
  /** Where the page is, with the token where one is needed. */
  readonly url: string;
  /** Lets go of all who watch, and of all runs: those of the API go on. */
  readonly close: () => Promise<void>;
}

/** What the page may choose of a run: all that can be said in JSON. */
const accept: readonly (keyof CreateParams)[] = [
  ...(['teammate_id', 'agent_id', 'tools', 'name', 'instructions', 'user_id', 'metadata'] as const),
  ...(['memory', 'history', 'task_setup_tools', 'feedback', 'human_in_the_loop'] as const),
  ...(['permission_mode', 'model', 'effort', 'email_inbox', 'output_schema'] as const),
];

/** Somebody sits there, and can be asked. */
const attended: Grant['params'] = { human_in_the_loop: true, permission_mode: 'approval' };

/** An address that others reach, of a machine that listens on all it has. */
const reachable = (host: string): string => {
  if (host !== '0.0.0.0' && host !== '::') return host;
  const addresses = Object.values(networkInterfaces()).flatMap((found = []) => found);
  return (
    addresses.find(({ internal, family }) => !internal && family === 'IPv4')?.address ?? '127.0.0.1'
  );
};

/** What people said to a run, turn by turn, which its stream does not tell; nothing of one unknown. */
const said = ({ runs }: Pick<Client, 'runs'>, run_id: number): Promise<readonly string[]> =>
  lastValueFrom(
    runs.messages(run_id).pipe(
      filter(({ role }) => role === 'user'),
      map(({ content }) => (typeof content === 'string' ? content : '')),
      toArray(),
      catchError(() => of([])),
    ),
  );

/**
 * The console: one server with a page, and the relay that the page's client is of. It keeps runs in
 * memory, and the key to itself.
 *
 * Below `/m8tes` is the relay, with all runs of the account; `/console/about` says what is served, and
 * `/console/runs/{id}/times` when a run said what it said, and `/console/runs/{id}/messages` what was
 * said to it.
 */
export const consoleServer = async ({
  client: given,
  mode = given === undefined ? 'local' : 'api',
  script = tale(),
  params = {},
  files,
  version,
  port: wanted = 0,
  host = '127.0.0.1',
}: ConsoleServerOptions): Promise<ConsoleServer> => {
  const page = await pages(files);
  const local = given === undefined ? await localServer({ script, pace: 0 }) : undefined;
  const theirs = given ?? createClient({ baseUrl: local!.url, apiKey: 'm8_local' });
  const { client, timesOf } = timed(theirs);

  const server = createServer().listen(wanted, host);
  await once(server, 'listening').catch(async (error: unknown) => {
    await local?.close();
    throw error;
  });
  const { port } = server.address() as AddressInfo;
  const { token, stop } = gate({ host, port });

  /** Who has come through the gate may do all that the page can. */
  const authorize: Authorize = (_, { params: asked }) => {
    const defaults = Object.entries({ ...attended, ...params });
    const unsaid = Object.fromEntries(defaults.filter(([name]) => asked[name] === undefined));
    return { owner: 'console', account: true, params: unsaid };
  };
  const relay = createRelay({
    ...{ client, log: memoryLog(), authorize, accept },
    ...{ expose: 'all', keep: true },
  });

  const about = (): Response => told({ mode, version, samples: mode === 'local' ? samples : [] });
  const fixed = new Map([...page, ['/console/about', about]]);
  const times = (run_id: number): Response | undefined => {
    const known = timesOf(run_id);
    return known && told(known);
  };
  const messages = async (run_id: number): Promise<Response> => told(await said(theirs, run_id));

  const answer = async (request: Request): Promise<Response> => {
    const { pathname } = new URL(request.url);
    if (pathname.startsWith('/m8tes/')) return relay.handler(request);
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return told({ error: 'this can only be read' }, 405);
    }
    const [, id, what] =
      /^\/console\/runs\/([1-9]\d{0,14})\/(times|messages)$/.exec(pathname) ?? [];
    const found =
      id === undefined
        ? fixed.get(pathname)?.()
        : await (what === 'times' ? times : messages)(Number(id));
    return found ?? told({ error: 'there is nothing here' }, 404);
  };
  server.on(
    'request',
    toNode(async (request) => guarded(stop(request) ?? (await answer(request)))),
  );

  const shown = reachable(host);
  const name = shown.includes(':') ? `[${shown}]` : shown;
  return {
    url: `http://${name}:${port}/${token === undefined ? '' : `?token=${token}`}`,
    close: async () => {
      await relay.close();
      server.close();
      server.closeAllConnections();
      await local?.close();
    },
  };
};
