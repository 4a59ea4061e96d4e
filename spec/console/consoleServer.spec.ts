import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request, type IncomingHttpHeaders } from 'node:http';
import { once } from 'node:events';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { accumulate, collectRun, createClient, respond } from 'm8tes-rx';
import { localServer, text, tool, type LocalServer } from 'm8tes-rx/testing';
import { firstValueFrom, lastValueFrom, skipWhile, toArray } from 'rxjs';
import {
  consoleServer,
  type ConsoleServer,
  type ConsoleServerOptions,
} from '../../lib/console/consoleServer';
import { samples, tale } from '../../lib/console/tale';

jest.setTimeout(60_000);

let files: string;
beforeAll(() => {
  files = mkdtempSync(join(tmpdir(), 'm8tes-rx-page-'));
  writeFileSync(join(files, 'index.html'), '<title>console</title>');
  writeFileSync(join(files, 'console.js'), 'export {}');
  writeFileSync(join(files, 'console.css'), 'body{}');
  writeFileSync(join(files, 'secret.txt'), 'a secret');
});
afterAll(() => rmSync(files, { recursive: true, force: true }));

const open: { readonly close: () => Promise<void> }[] = [];
afterEach(async () => {
  for (const { close } of open.splice(0).reverse()) await close();
});

const serve = async (options: Partial<ConsoleServerOptions> = {}): Promise<ConsoleServer> => {
  const server = await consoleServer({ files, script: tale(0), version: '1.2.3', ...options });
  open.push(server);
  return server;
};

const onApi = async (
  options: Parameters<typeof localServer>[0] = {},
): Promise<{ readonly api: LocalServer; readonly url: string }> => {
  const api = await localServer({ pace: 0, ...options });
  open.push(api);
  const client = createClient({ baseUrl: api.url, apiKey: 'm8_secret_of_the_api' });
  return { api, ...(await serve({ client })) };
};

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A request as it stands: nobody mends its path, and any header can be told. */
const ask = async (
  url: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  method = 'GET',
): Promise<Answer> => {
  const { hostname, port } = new URL(url);
  const asking = request({ hostname, port, path, headers, method, agent: false }).end();
  const [answer] = (await once(asking, 'response')) as [
    Parameters<typeof textOf>[0] & Answer & { statusCode: number },
  ];
  return { status: answer.statusCode, headers: answer.headers, body: await textOf(answer) };
};

describe('the server of the console', () => {
  it('serves the page, and nothing else of the folder', async () => {
    const { url } = await serve();
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    const page = await ask(url, '/');
    expect(page).toMatchObject({ status: 200, body: '<title>console</title>' });
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
    expect((await ask(url, '/?run=123')).status).toBe(200);
    expect(await ask(url, '/console.js')).toMatchObject({ status: 200, body: 'export {}' });
    expect(await ask(url, '/console.css')).toMatchObject({ status: 200, body: 'body{}' });
    expect(await ask(url, '/', {}, 'HEAD')).toMatchObject({ status: 200, body: '' });
    expect((await ask(url, '/', {}, 'POST')).status).toBe(405);
  });

  it.each([
    ...['/secret.txt', '/../secret.txt', '/..%2fsecret.txt', '/%2e%2e/secret.txt'],
    ...['/console.js/../secret.txt', '/./secret.txt', '//secret.txt', '/index.html/', '/console'],
    ...['/..\\secret.txt', '/console/../../../../../etc/passwd', '/%00', '/console.js%00.css'],
    ...['/constructor', '/__proto__', '/console/runs/../about/x', '/console/runs/1e3/times'],
  ])('has nothing at %s', async (path) => {
    const { url } = await serve();
    const { status, body } = await ask(url, path);
    expect(status).toBe(404);
    expect(body).not.toContain('secret');
  });

  it.each(['/', '/console.js', '/console/about', '/nothing', '/m8tes/runs/', '/m8tes/runs/1'])(
    'lets nothing act in the page but its own script: %s',
    async (path) => {
      const { url } = await serve();
      const { headers } = await ask(url, path);
      expect(String(headers['content-security-policy']).split('; ').sort()).toEqual([
        "base-uri 'none'",
        "connect-src 'self'",
        "default-src 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "img-src 'self' data:",
        "require-trusted-types-for 'script'",
        "script-src 'self'",
        "style-src 'self'",
        'trusted-types dompurify',
      ]);
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-resource-policy': 'same-origin',
        'cross-origin-opener-policy': 'same-origin',
        'cache-control': expect.stringMatching(/^no-(cache|store)/) as string,
      });
    },
  );

  it('says what it is', async () => {
    const { url } = await serve();
    expect(JSON.parse((await ask(url, '/console/about')).body)).toEqual({
      ...{ mode: 'local', version: '1.2.3', samples },
    });
  });

  it('tells runs from their beginning to all who watch, and when they said what they said', async () => {
    const { api, url } = await onApi({
      script: () => [...tool({ name: 'search' }), ...text('Hello')],
    });
    const { runs } = createClient({ relay: `${url}m8tes` });
    const { run_id, text: said } = await lastValueFrom(
      runs.create({ message: 'hi' }).pipe(collectRun()),
    );
    expect(said).toBe('Hello');
    const again = await lastValueFrom(runs.join(run_id!).pipe(collectRun()));
    expect(again).toMatchObject({ text: 'Hello', toolCalls: [{ toolName: 'search', args: '{}' }] });
    expect(
      api.requests().filter(({ route }) => route === 'create' || route === 'join'),
    ).toHaveLength(1);

    const times = JSON.parse((await ask(url, `/console/runs/${run_id}/times`)).body) as {
      readonly [name: string]: number & readonly { readonly [name: string]: number }[];
    };
    expect(times).toMatchObject({ calls: [{ toolCallId: 'tc_search' }] });
    expect(times['written']!.at(-1)).toBe(5);
    const order = [times['began'], times['calls']![0]!['start'], times['calls']![0]!['end']];
    order.push(times['firstToken'], times['ended'], times['now']);
    expect(order).toEqual([...order].sort((a, b) => Number(a) - Number(b)));
    expect((await ask(url, '/console/runs/9/times')).status).toBe(404);
  });

  it('lists all runs of the account, and those that others started', async () => {
    const { api, url } = await onApi({ script: () => text('x') });
    const others = createClient({ baseUrl: api.url, apiKey: 'm8_secret_of_the_api' });
    await lastValueFrom(others.runs.create({ message: 'a', user_id: 'ada' }));
    const { runs } = createClient({ relay: `${url}m8tes` });
    await lastValueFrom(runs.create({ message: 'b' }));
    const all = await lastValueFrom(runs.list().pipe(toArray()));
    expect(all.map(({ id }) => id)).toEqual([124, 123]);
  });

  it('asks, unless the page says otherwise; and makes a run anew', async () => {
    const { url } = await serve();
    const client = createClient({ relay: `${url}m8tes` });
    const asked: (string | undefined)[] = [];
    const run$ = client.runs.create({ message: 'get my approval' }).pipe(
      respond(client, {
        onApproval: ({ display_name }) => {
          asked.push(display_name);
          return display_name === 'Send a mail';
        },
      }),
      collectRun(),
    );
    expect((await lastValueFrom(run$)).text).toContain(
      'The mail is done, the issue is left undone.',
    );
    expect(asked.sort()).toEqual(['Create an issue in Linear', 'Send a mail']);

    const unasked = client.runs.create({ message: 'approve', permission_mode: 'autonomous' });
    expect((await lastValueFrom(unasked.pipe(collectRun()))).text).toContain('the issue is done');

    const failed = await lastValueFrom(client.runs.create({ message: 'fail' }).pipe(collectRun()));
    const { id } = await lastValueFrom(client.runs.retry(failed.run_id!));
    expect(id).not.toBe(failed.run_id);
    expect((await lastValueFrom(client.runs.join(id).pipe(collectRun()))).status).toBe('failed');
  });

  it('has for each run what it was made with', async () => {
    const api = await localServer({ pace: 0, script: () => text('x') });
    open.push(api);
    const client = createClient({ baseUrl: api.url, apiKey: 'm8_key' });
    const { url } = await serve({ client, params: { model: 'haiku', tools: ['gmail'] } });
    const { runs } = createClient({ relay: `${url}m8tes` });
    await lastValueFrom(runs.create({ message: 'a' }));
    await lastValueFrom(runs.create({ message: 'b', model: 'opus' }));
    expect(api.requests().flatMap(({ body }) => body ?? [])).toMatchObject([
      { message: 'a', model: 'haiku', tools: ['gmail'], human_in_the_loop: true },
      { message: 'b', model: 'opus', tools: ['gmail'] },
    ]);
  });

  it('never tells its key', async () => {
    const { url } = await onApi();
    const paths = [
      '/',
      '/console.js',
      '/console/about',
      '/m8tes/runs/',
      '/m8tes/runs/9',
      '/nothing',
    ];
    const answers = await Promise.all(paths.map((path) => ask(url, path)));
    expect(JSON.stringify(answers)).not.toContain('m8_secret');
  });

  it('lets go of all when it is closed, with those who watch', async () => {
    const { url, close } = await serve({ script: tale(25) });
    const { runs } = createClient({ relay: `${url}m8tes`, resume: false });
    const seen = lastValueFrom(runs.create({ message: 'hi' }));
    await firstValueFrom(
      runs.join(123).pipe(
        accumulate(),
        skipWhile(({ reasoning }) => reasoning === ''),
      ),
    ).catch(() => {});
    await close();
    await expect(seen).rejects.toThrow();
    await expect(fetch(url)).rejects.toThrow();
  });

  it('says that the port is taken, and leaves nothing behind', async () => {
    const { url } = await serve();
    await expect(serve({ port: Number(new URL(url).port) })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
  });
});

describe('who is let in', () => {
  it.each(['localhost', '127.0.0.1', '[::1]', '127.0.0.2', 'my.localhost'])(
    'who calls this machine %s',
    async (name) => {
      const { url } = await serve();
      const host = `${name}:${new URL(url).port}`;
      expect((await ask(url, '/', { host })).status).toBe(200);
      expect((await ask(url, '/m8tes/runs/', { host: name })).status).toBe(200);
    },
  );

  it.each([
    ...['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example', 'evil-localhost'],
    ...['192.168.1.5', '0.0.0.0', '[::2]', 'localhost@evil.example', '127.0.0.1x'],
  ])('not who calls it %s, whose name may have been given this address', async (host) => {
    const { url } = await serve();
    for (const path of ['/', '/m8tes/runs/', '/console/about']) {
      const { status, body } = await ask(url, path, { host });
      expect([400, 421]).toContain(status);
      expect(body).not.toMatch(/title|data|mode/);
    }
  });

  it('no page of another site, nor of another port of this machine; but a link to the page', async () => {
    const { url } = await serve();
    for (const site of ['cross-site', 'same-site']) {
      const from = { 'sec-fetch-site': site };
      expect((await ask(url, '/m8tes/runs/', { ...from, 'sec-fetch-mode': 'cors' })).status).toBe(
        403,
      );
      expect((await ask(url, '/console.js', { ...from, 'sec-fetch-mode': 'no-cors' })).status).toBe(
        403,
      );
      const visit = { ...from, 'sec-fetch-mode': 'navigate' };
      expect((await ask(url, '/', visit)).status).toBe(200);
      expect((await ask(url, '/m8tes/runs/123/cancel', visit, 'POST')).status).toBe(403);
    }
    const own = { 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors' };
    expect((await ask(url, '/m8tes/runs/', own)).status).toBe(200);
  });

  it('beyond this machine: who has the token, by a cookie that no script and no other site has', async () => {
    const { url } = await serve({ host: '0.0.0.0' });
    const { origin, port, searchParams } = new URL(url);
    const token = searchParams.get('token') ?? '';
    expect(token).toMatch(/^[\w-]{32}$/);
    const here = `http://127.0.0.1:${port}`;

    const wrong = ['', token.slice(1), `${token}x`, token.toUpperCase()];
    for (const one of wrong) {
      expect((await ask(here, `/?token=${one}`)).status).toBe(403);
      const cookie = `m8tes_console_${port}=${one}`;
      expect((await ask(here, '/m8tes/runs/', { cookie })).status).toBe(403);
    }
    expect((await ask(here, `/m8tes/runs/?token=${token}`)).status).toBe(403);
    expect((await ask(here, `/?token=${token}`, {}, 'POST')).status).toBe(403);
    expect((await ask(here, '/console/about')).status).toBe(403);

    const come = await ask(here, `/?token=${token}`);
    expect(come).toMatchObject({ status: 200, headers: { refresh: '0; url=/' } });
    const [cookie = '', ...guards] = (come.headers['set-cookie']?.[0] ?? '').split('; ');
    expect(guards.sort()).toEqual(['HttpOnly', 'Path=/', 'SameSite=Strict']);
    expect(come.headers['content-security-policy']).toContain("default-src 'none'");
    expect((await ask(here, '/', { cookie })).body).toContain('console');
    // Nor does the token stay in the address of a page that is shown.
    expect((await ask(here, `/?token=${token}`, { cookie })).headers['refresh']).toBe('0; url=/');
    expect((await ask(here, '/m8tes/runs/', { cookie: `other=1; ${cookie}` })).status).toBe(200);
    const named = { cookie, host: 'evil.example' };
    expect((await ask(here, '/', named)).status).toBe(421);

    // Where there is a network, it is there that it says it is; and by its address, it is itself.
    const isAlone = !Object.values(networkInterfaces())
      .flat()
      .some((one) => one?.internal === false);
    if (!isAlone) {
      expect(origin).not.toBe(here);
      expect((await ask(origin, '/', { cookie })).status).toBe(200);
    }
  });

  it('has a new token each time', async () => {
    const all = [await serve({ host: '0.0.0.0' }), await serve({ host: '0.0.0.0' })];
    const [one, other] = all.map(({ url }) => new URL(url).searchParams.get('token'));
    expect(one).not.toBe(other);
  });
});
