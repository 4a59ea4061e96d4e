import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from 'm8tes-rx';
import { localRoutes, text } from 'm8tes-rx/testing';
import { lastValueFrom, toArray } from 'rxjs';
import { installed, KEY, lines, served, typed } from './commanding';

jest.setTimeout(60_000);

const start = installed();
const said = (...args: readonly string[]) => typed({ tty: false }, ...args).outcome;

const names = ['run', 'watch', 'console', 'server'];

describe('m8tes-rx', () => {
  it('says how it is used: on stdout where it is asked, on stderr where it was used wrongly', async () => {
    const [help, short, word, none] = await Promise.all([
      ...[said('--help'), said('-h'), said('help'), said()],
    ]);
    expect(help).toMatchObject({ code: 0, stderr: '' });
    expect([short, word]).toEqual([help, help]);
    expect(none).toEqual({ code: 2, stdout: '', stderr: help!.stdout });
    for (const name of names) expect(help!.stdout).toMatch(new RegExp(`^  ${name}\\b`, 'm'));
    for (const code of [0, 1, 2, 3, 4, 5, 130]) {
      expect(help!.stdout).toMatch(new RegExp(`^  ${code} `, 'm'));
    }
  });

  it.each(names)(
    'says how %s is used, on lines that fit, in columns that are aligned',
    async (name) => {
      const [long, short, word] = await Promise.all([
        ...[said(name, '--help'), said(name, '--wrong', '-h'), said('help', name)],
      ]);
      expect(long).toMatchObject({ code: 0, stderr: '' });
      expect([short, word]).toEqual([long, long]);
      const widest = Math.max(...lines(long!.stdout).map(({ length }) => length));
      expect(widest).toBeLessThanOrEqual(90);
      expect(long!.stdout).not.toMatch(/ $/m);
      const starts = [...long!.stdout.matchAll(/^ {2}(?:-\w, | {4})--\S+(?: <\w+>)? +(?=\S)/gm)];
      expect(starts.length).toBeGreaterThan(2);
      expect(new Set(starts.map(([start]) => start.length)).size).toBe(1);
    },
  );

  it('says its version', async () => {
    const told = { code: 0, stdout: '1.2.3\n', stderr: '' };
    expect(await said('--version')).toEqual(told);
    expect(await said('-v')).toEqual(told);
  });

  it.each([
    [['wach', '1'], /wach is no command; did you mean watch\?/],
    [['constructor'], /constructor is no command$/m],
    [['x\u001b[2Jy'], /^m8tes-rx: x\[2Jy is no command$/m],
    [['run', 'hi', '--agnet', '1'], /--agnet is no option of this; did you mean --agent\?/],
    [['run', 'hi', '-x'], /-x is no option of this/],
    [['run', 'hi', '--agent'], /--agent needs its <id>/],
    [['run', 'hi', '--agent', '--json'], /--agent needs its <id>; one that begins with a dash/],
    [['run', 'hi', '--agent='], /--agent needs its <id>/],
    [['run', 'hi', '--agent', 'x'], /--agent must be a whole number/],
    [['run', 'hi', '--json=yes'], /--json takes no value/],
    [
      ['run', 'hi', '--approve', 'alow'],
      /--approve must be ask, or allow, or deny; did you mean allow\?/,
    ],
    [['server', '--port', '65536'], /--port must be a whole number from 0 to 65535/],
    [['server', 'now'], /server takes nothing/],
    [['console', 'now'], /console takes nothing/],
  ])('says what is wrong with %j, and does nothing', async (args, reason) => {
    const { code, stdout, stderr } = await said(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(reason);
    expect(lines(stderr).at(-1)).toMatch(/^ {2}How it is used: m8tes-rx (\w+ )?--help$/);
  });

  it('takes what stands behind two dashes for a message', async () => {
    const { server, env } = await served({ script: () => text('x') });
    const { code } = await typed({ env, tty: false }, 'run', '--', '--agent').outcome;
    expect(code).toBe(0);
    await server.until(({ requests }) => requests().length > 0);
    expect(server.requests()[0]?.body).toMatchObject({ message: '--agent' });
  });

  it('lets a reader of its help go, too', async () => {
    const child = start({}, '--help');
    child.stopReading();
    expect((await child.outcome).stderr).toBe('');
  });
});

describe('m8tes-rx server', () => {
  it('says where it is, and what to set; and closes at Ctrl-C', async () => {
    const { says, stdout, signal, outcome } = start({}, 'server', '--port', '0', '--pace', '0');
    await says('Ctrl-C');
    const [url = ''] = lines(stdout());
    expect(stdout()).toContain(`export M8TES_BASE_URL=${url}\n`);
    const [, apiKey = ''] = /export M8TES_API_KEY=(m8_\w+) /.exec(stdout()) ?? [];
    const { runs } = createClient({ baseUrl: url, apiKey });
    expect(await lastValueFrom(runs.streamText({ message: 'hi' }).pipe(toArray()))).not.toEqual([]);
    signal('SIGINT');
    expect(await outcome).toMatchObject({ code: 0, stderr: '' });
    expect(stdout()).toMatch(/\nclosed after 1 runs?\n$/);
  });

  it('lists its routes', async () => {
    const { code, stdout } = await said('server', '--routes');
    expect(code).toBe(0);
    expect(lines(stdout).map((line) => line.split(/\s+/))).toEqual(
      localRoutes.map(({ name, method, path }) => [name, method, path]),
    );
  });

  it('says that the port is taken', async () => {
    const taken: Server = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const { code, stderr } = await said('server', '-p', String(port));
    taken.close();
    expect(code).toBe(4);
    expect(stderr).toMatch(/^m8tes-rx: the port is taken/);
  });
});

describe('m8tes-rx console', () => {
  let page: string;
  beforeAll(() => {
    page = mkdtempSync(join(tmpdir(), 'm8tes-rx-page-'));
    for (const name of ['index.html', 'console.js', 'console.css']) {
      writeFileSync(join(page, name), name);
    }
  });
  afterAll(() => rmSync(page, { recursive: true, force: true }));

  it('says where the page is, and serves it without a key; and closes at Ctrl-C', async () => {
    const { says, stdout, signal, outcome } = start({}, 'console', '-p', '0', '--page', page);
    await says('Ctrl-C');
    const [url = ''] = lines(stdout());
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    expect(stdout()).toContain('M8TES_API_KEY is not set');
    expect(await (await fetch(url)).text()).toBe('index.html');
    const { version } = (await (await fetch(`${url}console/about`)).json()) as { version: string };
    expect(version).toMatch(/^\d+\.\d+\.\d+/);
    signal('SIGTERM');
    expect(await outcome).toMatchObject({ code: 0, stderr: '' });
  });

  it('stands on the API where there is a key, which nobody gets', async () => {
    const { server, env } = await served({ script: () => text('of the API') });
    const choice = ['-a', '1', '--model', 'haiku'];
    const args = ['console', '-p', '0', '--page', page, ...choice];
    const { says, stdout, stderr, signal, outcome } = typed({ env, tty: false }, ...args);
    await says('Ctrl-C');
    const [url = ''] = lines(stdout());
    const about = await (await fetch(`${url}console/about`)).text();
    expect(JSON.parse(about)).toEqual({ mode: 'api', version: '1.2.3', samples: [] });
    const { runs } = createClient({ relay: `${url}m8tes` });
    await lastValueFrom(runs.create({ message: 'hi' })).catch(() => {}); // there is no such agent
    expect(server.requests()[0]?.body).toMatchObject({
      message: 'hi',
      teammate_id: 1,
      model: 'haiku',
    });
    signal('SIGINT');
    expect((await outcome).code).toBe(0);
    expect(about + stdout() + stderr()).not.toContain(KEY);
  });

  it('is let to others only with a token', async () => {
    const args = ['console', '-p', '0', '--page', page, '--host', '0.0.0.0'];
    const { says, stdout, signal, outcome } = typed({ tty: false }, ...args);
    await says('Ctrl-C');
    const { port, searchParams } = new URL(lines(stdout())[0] ?? '');
    expect(searchParams.get('token')).toMatch(/^[\w-]{32}$/);
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(403);
    signal('SIGINT');
    await outcome;
  });

  it('says that there is no page, or no such port', async () => {
    expect(await said('console', '--page', join(page, 'no'))).toMatchObject({
      code: 4,
      stdout: '',
    });
  });
});
