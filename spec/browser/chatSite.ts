import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { build } from 'esbuild';
import { createClient } from 'm8tes-rx';
import { aiSdk } from 'm8tes-rx/ai-sdk';
import { createRelay, memoryLog, toNode } from 'm8tes-rx/relay';
import { localServer, type LocalServer, type Script } from 'm8tes-rx/testing';

const root = join(__dirname, '../..');

/** The page's script: with what is published, and with React and the AI SDK as they are. */
const script = async (): Promise<string> => {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    readonly exports: { readonly './ai-sdk': { readonly import: { readonly default: string } } };
  };
  const { outputFiles } = await build({
    entryPoints: [join(__dirname, 'chat.ts')],
    alias: { 'm8tes-rx/ai-sdk': join(root, exports['./ai-sdk'].import.default) },
    define: { 'process.env.NODE_ENV': '"production"' },
    ...{ bundle: true, format: 'esm', platform: 'browser', write: false, logLevel: 'error' },
  });
  return outputFiles[0]!.text;
};

let bundled: Promise<string> | undefined;

const html = `<!doctype html><meta charset="utf-8"><title>A chat</title>
<div id="root"></div><script type="module" src="/page.js"></script>`;

/** A site with a chat: its page, its answers below `/api/chat`, and the API behind it. */
export interface ChatSite {
  readonly url: string;
  readonly api: LocalServer;
  /** The requests of the chat, in order: `POST /api/chat 200`. */
  readonly heard: readonly string[];
}

const closings: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  await Promise.all(closings.splice(0).map((close) => close()));
});

/** A site of the spec's own, on loopback, closed after it. */
export const aChatSite = async (scripted: Script): Promise<ChatSite> => {
  const page = await (bundled ??= script());
  const api = await localServer({ script: scripted, pace: 1 });
  const relay = createRelay({
    ...{ client: createClient({ apiKey: 'm8_key', baseUrl: api.url }), log: memoryLog() },
    ...{ lease: 300, linger: 100 },
    authorize: () => ({
      owner: 'ada',
      params: { human_in_the_loop: true, permission_mode: 'approval' },
    }),
  });
  const answer = toNode(aiSdk(relay));
  const heard: string[] = [];
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://page.test');
    if (pathname.startsWith('/api/chat')) {
      response.on('close', () =>
        heard.push(`${request.method} ${pathname} ${response.statusCode}`),
      );
      return answer(request, response);
    }
    if (pathname === '/page.js')
      return response.writeHead(200, { 'content-type': 'text/javascript' }).end(page);
    if (pathname === '/favicon.ico') return response.writeHead(204).end();
    return response.writeHead(200, { 'content-type': 'text/html' }).end(html);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closings.push(async () => {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
    await relay.close();
    await api.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, api, heard };
};
