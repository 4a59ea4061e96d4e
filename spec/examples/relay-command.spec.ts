import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import { join } from 'node:path';
import { collectRun, createClient, ofType, respond } from 'm8tes-rx';
import { forever, localServer, run, text, words, type Script } from 'm8tes-rx/testing';
import { firstValueFrom, lastValueFrom, toArray } from 'rxjs';
import { aRedis, describeRedis } from '../redis/aRedis';
import { bundled } from './bundled';

jest.setTimeout(60_000);

const root = join(__dirname, '../..');

const { M8TES_API_KEY: _key, M8TES_BASE_URL: _url, REDIS_URL: _redis, ...inherited } = process.env;

const running: (() => void)[] = [];
afterEach(() => running.splice(0).forEach((kill) => kill()));

// But for the one that is started as `npm run relay` does it.
const { folder } = bundled('relay');

const start = (env: Partial<NodeJS.ProcessEnv>, ...args: readonly string[]) =>
  begin(env, [join(folder(), 'relay.mjs'), ...args]);

const begin = (env: Partial<NodeJS.ProcessEnv>, args: readonly string[]) => {
  const child = spawn(process.execPath, args, { cwd: root, env: { ...inherited, ...env } });
  running.push(() => child.kill('SIGKILL'));
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const exit = once(child, 'close').then(([code]) => ({ code: code as number, stdout, stderr }));
  /** Its base URL, once it has said it. */
  const url = async (): Promise<string> => {
    const ended = exit.then(() => true);
    while (!stdout.includes('Ctrl-C')) {
      if (await Promise.race([ended, once(child.stdout, 'data').then(() => false)])) break;
    }
    return /^relay at (\S+)/.exec(stdout)?.[1] ?? stdout + stderr;
  };
  return { child, stdout: () => stdout, exit, url };
};

const clientOf = (baseUrl: string) =>
  createClient({ baseUrl, apiKey: 'm8_anybody', timeouts: { linger: 20 } });

describe('npm run relay', () => {
  it('can be taken for the API, says what to set, and closes at Ctrl-C', async () => {
    const byTsx = ['--import', 'tsx', join('examples', 'relay.ts'), '--port', '0'];
    const { child, stdout, exit, url } = begin({}, byTsx);
    const baseUrl = await url();
    expect(baseUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/api\/v2$/);
    expect(stdout()).toMatch(/local server.*in memory/);
    expect(stdout()).toContain(`export M8TES_BASE_URL=${baseUrl}\n`);
    const [, apiKey = ''] = /export M8TES_API_KEY=(m8_\w+) /.exec(stdout()) ?? [];

    const client = createClient({ baseUrl, apiKey, timeouts: { linger: 20 } });
    const asked = { human_in_the_loop: true, permission_mode: 'approval', user_id: 'ada' } as const;
    const { run_id, text } = await lastValueFrom(
      client.runs
        .create({ message: 'hi', ...asked })
        .pipe(respond(client, { onApproval: () => ({ decision: 'deny' }) }), collectRun()),
    );
    expect(text).toContain('No issue was filed');
    const again = await lastValueFrom(client.runs.join(run_id!).pipe(collectRun()));
    expect(again.text).toBe(text);
    const listed = await lastValueFrom(client.runs.list({ user_id: 'ada' }).pipe(toArray()));
    expect(listed).toMatchObject([
      { id: run_id, status: 'completed', output: text, permission_mode: 'approval' },
    ]);

    child.kill('SIGINT');
    expect(await exit).toMatchObject({ code: 0, stderr: '' });
    expect(stdout()).toMatch(/\nclosed\n$/);
  });

  it('answers nobody without a key, and no page that calls this machine by another name', async () => {
    const { url } = start({}, '--port', '0');
    const baseUrl = await url();
    const status = async (headers: Readonly<Record<string, string>>): Promise<number> => {
      const asking = request(`${baseUrl}/runs/1`, { headers }).end();
      const [answer] = (await once(asking, 'response')) as [{ statusCode: number; resume(): void }];
      answer.resume();
      return answer.statusCode;
    };
    const authorization = 'Bearer m8_anybody';
    expect(await status({ authorization })).toBe(404);
    expect(await status({ authorization: 'Bearer other' })).toBe(403);
    expect(await status({})).toBe(403);
    expect(await status({ authorization, host: 'elsewhere.example' })).toBe(403);
  });

  it('stands on the API where there is a key, and is refused what is no API in one line', async () => {
    const server = await localServer({ script: run().text('of the API').done(), pace: 0 });
    try {
      const env = { M8TES_API_KEY: 'm8_secret', M8TES_BASE_URL: server.url };
      const { url, stdout } = start(env, '--port', '0');
      const { text } = await lastValueFrom(
        clientOf(await url())
          .runs.create({ message: 'hi' })
          .pipe(collectRun()),
      );
      expect(text).toBe('of the API');
      expect(stdout()).toMatch(/^relay at .* the API/);
      expect(stdout()).not.toContain('m8_secret');
    } finally {
      await server.close();
    }
  });

  it.each([
    ['an option it does not know', {}, ['--prt', '1'], /^usage: relay/],
    ['a port that is none', {}, ['--port', '99999'], /^usage: relay/],
    ['a lease that is none', {}, ['--lease', '0'], /^usage: relay/],
    [
      'a base URL that is none',
      { M8TES_API_KEY: 'm8_secret', M8TES_BASE_URL: 'x' },
      [],
      /^baseUrl/,
    ],
    ['no Redis there', { REDIS_URL: 'redis://127.0.0.1:1' }, [], /^Redis: .*ECONNREFUSED/],
    ['a Redis URL that is none', { REDIS_URL: 'x' }, [], /^Redis, of REDIS_URL: Invalid URL/],
  ])('says in one line what is wrong: %s', async (_, env, args, reason) => {
    const { code, stdout, stderr } = await start(env, ...args).exit;
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr.trimEnd().split('\n')).toEqual([expect.stringMatching(reason)]);
    expect(stderr).not.toContain('m8_secret');
  });

  it('refuses a port that is taken, and to stand on itself', async () => {
    const first = start({}, '--port', '0');
    const M8TES_BASE_URL = await first.url();
    const { port } = new URL(M8TES_BASE_URL);
    const taken = await start({}, '--port', port).exit;
    expect(taken).toMatchObject({ code: 1, stdout: '' });
    expect(taken.stderr).toMatch(/^the port is taken/);

    first.child.kill('SIGINT');
    await first.exit;
    const own = await start({ M8TES_API_KEY: 'm8_local', M8TES_BASE_URL }, '--port', port).exit;
    expect(own).toMatchObject({ code: 1, stdout: '' });
    expect(own.stderr).toMatch(/^M8TES_BASE_URL is this relay itself/);
  });
});

describeRedis('npm run relay, with REDIS_URL', () => {
  it('tells a run that another relay has, and goes on with it when that has died', async () => {
    const redis = await aRedis();
    const script: Script = function* ({ message }) {
      yield* text(...words(`You said ${message}, and `));
      yield* forever();
    };
    const server = await localServer({ script, pace: 0 });
    try {
      const env = {
        ...{ M8TES_API_KEY: 'm8_secret', M8TES_BASE_URL: server.url },
        REDIS_URL: `redis://127.0.0.1:${redis.port}`,
      };
      const relays = [0, 1].map(() => start(env, '--port', '0', '--lease', '300'));
      const [first, second] = await Promise.all(relays.map(({ url }) => url()));
      expect(relays[0]!.stdout()).toMatch(/in Redis/);
      const begun = await firstValueFrom(
        clientOf(first!).runs.create({ message: 'hi' }).pipe(ofType('metadata')),
      );
      const run_id = begun.payload.run_id!;
      relays[0]!.child.kill('SIGKILL');
      await relays[0]!.exit;

      const { runs } = clientOf(second!);
      const told = lastValueFrom(runs.join(run_id).pipe(collectRun()));
      await server.until(() => server.streams() > 0);
      await lastValueFrom(runs.cancel(run_id));
      expect(await told).toMatchObject({ text: 'You said hi, and ', status: 'cancelled' });
    } finally {
      await server.close();
      await redis.stop();
    }
  });
});
