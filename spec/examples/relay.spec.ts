/**
 * The relay in each framework, as a page meets it: over a socket, with a cookie, and the client of
 * this library on the other side. Behind it is the local server.
 */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import { collectRun, createClient, events, textOnly, type Client } from 'm8tes-rx';
import { localServer, type LocalServer, type Script } from 'm8tes-rx/testing';
import { forever, text, words } from 'm8tes-rx/testing';
import { filter, firstValueFrom, lastValueFrom, of, take, tap, toArray } from 'rxjs';
import type * as Ours from '../../examples/relay/ours';
import { nest12 } from './nest12';

jest.setTimeout(60_000);

/** What each of the pages is: something that listens, and says so sooner or later. */
type Page = { readonly listen: (port: number) => unknown };

const said = Array.from({ length: 40 }, (_, index) => `word-${index} `);
const script: Script = function* ({ message, turn }) {
  yield* text(`${turn + 1}. `, ...(message === 'wait' ? ['waiting'] : said));
  if (message === 'wait') yield* forever();
  yield* text(...words('That is all.'));
};
const whole = `1. ${said.join('')}That is all.`;

let api: LocalServer;
let ours: typeof Ours;

const { fetch: send } = globalThis;
const { M8TES_API_KEY, M8TES_BASE_URL } = process.env;

beforeAll(async () => {
  api = await localServer({ script, pace: 4 });
  Object.assign(process.env, { M8TES_API_KEY: 'm8_secret', M8TES_BASE_URL: api.url });
  ours = await import('../../examples/relay/ours');
});

afterAll(async () => {
  await ours.relay.close();
  await api.close();
  Object.assign(process.env, { M8TES_API_KEY, M8TES_BASE_URL });
});

const open: Server[] = [];

afterEach(() => {
  for (const server of open.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** Starts a page, and tells where. */
const started = async (page: Page): Promise<string> => {
  const server = (await page.listen(0)) as Server;
  open.push(server);
  if (!server.listening) await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

/** A browser of somebody who has signed in; of nobody, without a name. */
const cookieOf = (user?: string) => (user === undefined ? '' : ours.signIn(user).split(';')[0]!);

const withCookie =
  (user?: string, cookie = cookieOf(user)) =>
  (url: string | URL, init?: RequestInit): Promise<Response> => {
    const headers = new Headers(init?.headers);
    headers.set('cookie', cookie);
    return send(url, { ...init, headers });
  };

const browser = (origin: string, user?: string): Client =>
  createClient({
    relay: `${origin}/m8tes`,
    fetch: withCookie(user),
    timeouts: { linger: 20 },
  });

describe.each([
  ['Node', () => import('../../examples/relay/node')],
  ['Express', () => import('../../examples/relay/express')],
  ['Fastify', () => import('../../examples/relay/fastify')],
  ['Hono', () => import('../../examples/relay/hono')],
  ['Nest 11', () => import('../../examples/relay/nest')],
  ['Nest 12', nest12],
  ['Next.js', () => import('./next')],
] as readonly (readonly [string, () => Promise<Page>])[])('the relay in %s', (_, page) => {
  let origin: string;
  beforeEach(async () => (origin = await started(await page())));

  it('tells a run to all who watch it, and one who leaves leaves it alone', async () => {
    const ada = browser(origin, 'ada');
    let second: Promise<string> | undefined;
    const watched = ada.runs.create({ message: 'hi' }).pipe(
      tap((event) => {
        const run_id = event.type === 'metadata' ? event.payload.run_id : undefined;
        if (run_id === undefined || second !== undefined) return;
        const other = browser(origin, 'ada').runs.join(run_id);
        second = lastValueFrom(other.pipe(collectRun())).then(({ text }) => text);
      }),
      textOnly(),
    );
    const first = await lastValueFrom(watched.pipe(take(3), toArray()));
    expect(api.runs().at(-1)).toMatchObject({ status: 'running', user_id: 'ada' });
    expect(await second).toBe(whole);
    expect(whole.startsWith(first.join(''))).toBe(true);
    expect(api.runs().at(-1)).toMatchObject({ status: 'completed', output: whole });
  });

  it('tells it as it comes, goes on with it, and stops it when it is told to', async () => {
    const { runs } = browser(origin, 'ada');
    const first = await lastValueFrom(runs.create({ message: 'hi' }).pipe(collectRun()));
    expect(first.text).toBe(whole);

    // What is held back on its way is never told: the turn says nothing more, and does not end.
    let stopped: Promise<unknown> | undefined;
    const turn = await lastValueFrom(
      runs.reply(first.run_id!, { message: 'wait' }).pipe(
        tap((event) => {
          if (event.type !== 'text-delta' || event.delta !== 'waiting') return;
          stopped = firstValueFrom(runs.cancel(first.run_id!));
        }),
        collectRun(),
      ),
    );
    expect(turn).toMatchObject({ run_id: first.run_id, text: '2. waiting', status: 'cancelled' });
    expect(await stopped).toMatchObject({ status: 'cancelled' });
  });

  it('asks who it is, and whose', async () => {
    const { run_id } = await lastValueFrom(
      browser(origin, 'ada').runs.create({ message: 'hi' }).pipe(collectRun()),
    );
    const refused = (call: ReturnType<Client['runs']['join']>) =>
      expect(lastValueFrom(call)).rejects;
    await refused(browser(origin).runs.create({ message: 'hi' })).toMatchObject({ status: 403 });
    await refused(browser(origin).runs.join(run_id!)).toMatchObject({ status: 403 });
    await refused(browser(origin, 'eve').runs.join(run_id!)).toMatchObject({ status: 404 });
  });
});

describe.each([
  ['11', () => import('../../examples/relay/nest')],
  ['12', nest12],
] as readonly (readonly [string, () => Promise<Page>])[])('Nest %s', (_, page) => {
  it('has a run as an @Sse of one’s own', async () => {
    const origin = await started(await page());
    const { run_id } = await lastValueFrom(
      browser(origin, 'ada').runs.create({ message: 'hi' }).pipe(collectRun()),
    );
    const asAda = withCookie('ada');
    const answer = await asAda(`${origin}/runs/${run_id}`);
    const [told, { text, status }] = await Promise.all([
      answer.clone().text(),
      lastValueFrom(of(answer).pipe(events(), collectRun())),
    ]);
    expect({ text, status }).toEqual({ text: whole, status: 'completed' });

    // An EventSource that comes back says how far it was, and is told the rest.
    const [, id = ''] = /id: (\S+)\ndata: .*word-20 /.exec(told) ?? [];
    const headers = { 'last-event-id': id };
    const rest = await (await asAda(`${origin}/runs/${run_id}`, { headers })).text();
    expect(told.slice(0, -rest.length)).toMatch(/word-20 "\}\n$/);
    expect(told.endsWith(rest.trimStart())).toBe(true);
    for (const [user, status] of [
      [undefined, 403],
      ['eve', 404],
    ] as const) {
      expect((await withCookie(user)(`${origin}/runs/${run_id}`)).status).toBe(status);
    }
  });
});

describe('the page', () => {
  it('asks, comes back to the run after a reload, and stops it', async () => {
    const origin = await started(await import('../../examples/relay/node'));
    const stored = new Map<string, string>();
    const asAda = withCookie('ada');
    Object.assign(globalThis, {
      location: new URL(origin),
      sessionStorage: {
        getItem: (name: string) => stored.get(name) ?? null,
        setItem: (name: string, value: string) => stored.set(name, value),
        removeItem: (name: string) => stored.delete(name),
      },
      fetch: (url: string, init: RequestInit) =>
        url.startsWith(api.url) ? send(url, init) : asAda(new URL(url, origin), init),
    });
    try {
      const { ask, again, stop } = await import('../../examples/relay/browser');
      const nothing = { text: 'nothing' };
      expect(await lastValueFrom(again(), { defaultValue: nothing })).toBe(nothing);
      await firstValueFrom(ask('wait').pipe(filter(({ text }) => text === '1. waiting')));

      // All that is left of the page after a reload is what it had stored.
      let stopped: Promise<unknown> | undefined;
      const { text, status } = await lastValueFrom(
        again().pipe(
          tap(({ text }) => {
            if (text === '1. waiting') stopped ??= firstValueFrom(stop());
          }),
        ),
      );
      expect({ text, status }).toEqual({ text: '1. waiting', status: 'cancelled' });
      await stopped;
      expect(await lastValueFrom(again(), { defaultValue: nothing })).toBe(nothing);
    } finally {
      globalThis.fetch = send;
    }
  });
});
