import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { build } from 'esbuild';
import { createClient, type RunEvent } from 'm8tes-rx';
import { createRelay, memoryLog, toNode, type Relay, type RunLog } from 'm8tes-rx/relay';
import { localServer, type LocalServer, type Script, type Step } from 'm8tes-rx/testing';
import { ReplaySubject } from 'rxjs';

const root = join(__dirname, '../..');

/** A page's script: with what is published, bundled as an application would be. */
const script = async (entry: string): Promise<string> => {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    readonly exports: { readonly '.': { readonly import: { readonly default: string } } };
  };
  const { outputFiles, metafile, warnings } = await build({
    entryPoints: [join(__dirname, entry)],
    alias: {
      'm8tes-rx': join(root, exports['.'].import.default),
      vue: 'vue/dist/vue.esm-bundler.js', // the one that compiles templates
    },
    define: {
      __VUE_OPTIONS_API__: 'true',
      __VUE_PROD_DEVTOOLS__: 'false',
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false',
    },
    bundle: true,
    format: 'esm',
    platform: 'browser',
    metafile: true,
    write: false,
    logLevel: 'silent',
  });
  expect(warnings).toEqual([]);
  const inputs = Object.entries(metafile.inputs);
  expect(
    inputs.filter(([input]) => /(^|\/)lib\//.test(input) && !/node_modules/.test(input)),
  ).toEqual([]);
  const external = inputs.flatMap(([, { imports }]) => imports.filter(({ external }) => external));
  expect(external.filter(({ path }) => path !== '<runtime>')).toEqual([]); // esbuild's own
  return outputFiles[0]!.text;
};

const bundled = new Map<string, Promise<string>>();

const html = `<!doctype html><meta charset="utf-8"><title>A page</title>
<div id="app"></div><pre id="text"></pre><p id="state"></p>
<button id="stop">Stop</button><button id="allow">Allow</button><button id="deny">Deny</button>
<script type="module" src="/page.js"></script>`;

/** As strict as a policy can be: scripts of the page's own, requests to its relay, and nothing else. */
const policy = (connect: string, evaluates: boolean): string =>
  `default-src 'none'; script-src 'self'${evaluates ? " 'unsafe-eval'" : ''}; connect-src 'self' ${connect}; img-src 'self'; ` +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'" +
  (evaluates ? '' : "; require-trusted-types-for 'script'");

/** A request to the relay, and how it was answered. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly status: () => number;
  readonly answered: () => OutgoingHttpHeaders;
  readonly isOpen: () => boolean;
}

/** A site: pages, a relay below `/m8tes`, and the API behind it. */
export interface Site {
  readonly url: string;
  readonly api: LocalServer;
  /** The requests to the relay, in order. */
  readonly asked: readonly Asked[];
  /** Those of them for a run's stream. */
  readonly streams: () => readonly Asked[];
  /** The run says so much more. */
  readonly says: (...deltas: readonly string[]) => void;
  /** The run is over. */
  readonly ends: () => void;
  /** The next request is handled, and its socket closed instead of an answer. */
  readonly drop: () => void;
  /** Breaks all streams off, with their sockets. */
  readonly cut: () => void;
  /** The relay dies, and another takes its place: with its log, or a new one. */
  readonly replace: (log?: RunLog) => void;
  readonly log: RunLog;
  /** Waits until something is so. */
  readonly until: (isSo: () => boolean) => Promise<void>;
}

export interface SiteOptions {
  /** The page's script, beside this file. Default: `page.ts`. */
  readonly entry?: string;
  /** Whether its framework compiles templates in the page, which a strict policy forbids. */
  readonly evaluates?: boolean;
  /** What runs do. Default: what they are told to, by `says` and `ends`. */
  readonly script?: Script;
  /** Headers of every answer to a page of this origin, which is asked for them first. */
  readonly cors?: (origin: string) => OutgoingHttpHeaders;
  /** Where the site sends whoever is to sign in first. */
  readonly login?: string;
}

export const KEY = 'm8_a_key_that_no_page_sees';

const closings: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  await Promise.all(closings.splice(0).map((close) => close()));
});

/** A site of the spec's own, on loopback, closed after it. */
export const aSite = async ({
  entry = 'page.ts',
  evaluates = false,
  script: scripted,
  cors,
  login,
}: SiteOptions = {}): Promise<Site> => {
  if (!bundled.has(entry)) bundled.set(entry, script(entry));
  const page = await bundled.get(entry);
  const run = new ReplaySubject<Step | RunEvent>();
  const api = await localServer({ script: scripted ?? (() => run), pace: 1 });
  const client = createClient({ apiKey: KEY, baseUrl: api.url });
  const log = memoryLog();
  const relays: Relay[] = [];
  const replace = (log: RunLog = memoryLog()): void =>
    void relays.unshift(
      createRelay({
        ...{ client, log, lease: 300, linger: 100 },
        authorize: ({ headers }) => {
          const user = /(?:^|;\s*)session=(\w+)/.exec(headers.get('cookie') ?? '')?.[1];
          const asking = { human_in_the_loop: true, permission_mode: 'approval' } as const;
          return user === undefined
            ? undefined
            : { owner: user, params: { user_id: user, ...asking } };
        },
      }),
    );
  replace(log);
  const answer = toNode((request) => relays[0]!.handler(request));

  let isDropping = false;
  const asked: (Asked & { readonly destroy: () => void })[] = [];
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://page.test');
    if (pathname.startsWith('/m8tes/')) {
      asked.push({
        method: request.method!,
        path: pathname.slice('/m8tes'.length),
        headers: request.headers,
        status: () => response.statusCode,
        answered: () => response.getHeaders(),
        isOpen: () => response.headersSent && !response.writableEnded && !response.destroyed,
        destroy: () => request.socket.destroy(),
      });
      const { origin } = request.headers;
      const allowed = Object.entries((origin && cors?.(origin)) || {});
      for (const [name, value] of allowed) response.setHeader(name, value!);
      if (login !== undefined) return response.writeHead(302, { location: login }).end();
      if (request.method === 'OPTIONS') return response.writeHead(204).end();
      if (isDropping) response.flushHeaders = () => void request.socket.destroy();
      isDropping = false;
      return answer(request, response);
    }
    if (pathname === '/page.js')
      return response.writeHead(200, { 'content-type': 'text/javascript' }).end(page);
    if (pathname === '/favicon.ico') return response.writeHead(204).end();
    if (pathname === '/sign-in')
      response.setHeader('set-cookie', 'session=ada; HttpOnly; SameSite=Lax; Path=/');
    const relay = searchParams.get('relay');
    const elsewhere = relay === null ? '' : new URL(relay, 'http://page.test').origin;
    return response
      .writeHead(200, {
        'content-type': 'text/html',
        'content-security-policy': policy(elsewhere, evaluates),
      })
      .end(html);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');

  closings.push(async () => {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
    await Promise.all(relays.map((relay) => relay.close()));
    await api.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ...{ api, asked, log, replace },
    streams: () =>
      asked.filter(({ method, path }) => /^(POST .runs.|GET .*.stream)$/.test(`${method} ${path}`)),
    says: (...deltas) => deltas.forEach((delta) => run.next({ type: 'text-delta', delta })),
    ends: () => run.complete(),
    drop: () => void (isDropping = true),
    cut: () => asked.filter(({ isOpen }) => isOpen()).forEach(({ destroy }) => destroy()),
    until: (isSo) => api.until(isSo, { timeout: 20_000 }),
  };
};
