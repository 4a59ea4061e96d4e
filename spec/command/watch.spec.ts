import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { collectRun, createClient, decodeEvent } from 'm8tes-rx';
import { approval, cut, fail, forever, question, text, type Script } from 'm8tes-rx/testing';
import { firstValueFrom, from, lastValueFrom } from 'rxjs';
import { KEY, lines, served, typed } from './commanding';

jest.setTimeout(60_000);

let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'm8tes-rx-watch-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const begun = async (script: Script) => {
  const { server, env } = await served({ script });
  const { runs } = createClient({ baseUrl: server.url, apiKey: KEY });
  const { id } = await lastValueFrom(runs.create({ message: 'go', stream: false }));
  return { server, runs, env, id: String(id) };
};

const over = async (script: Script) => {
  const its = await begun(script);
  await lastValueFrom(its.runs.poll(Number(its.id), { interval: 10 }));
  return its;
};

describe('m8tes-rx watch', () => {
  it('writes a run from its beginning, and leaves it alone', async () => {
    const { server, env, id } = await begun(() => [...text('Hello'), ...forever()]);
    const child = typed({ env, tty: false }, 'watch', id, '--cancel-on-exit');
    expect((await child.outcome).code).toBe(2); // leaving never stops what others watch

    const other = typed({ env, tty: false }, 'watch', id);
    await other.says('Hello');
    other.signal('SIGINT');
    expect(await other.outcome).toEqual({
      ...{ code: 130, stdout: 'Hello\n', stderr: `Left; run ${id} goes on.\n` },
    });
    expect(server.runs()[0]?.status).toBe('running');
  });

  it('goes on to the end of it', async () => {
    const { runs, env, id } = await begun(() => [...text('Hello'), ...forever()]);
    const child = typed({ env, tty: false }, 'watch', id);
    await child.says('Hello');
    await lastValueFrom(runs.cancel(Number(id)));
    expect(await child.outcome).toEqual({ code: 3, stdout: 'Hello\n', stderr: '' });
  });

  it.each([
    ['completed', () => text('Hel', 'lo'), 0],
    ['failed', () => [...text('Hel', 'lo'), ...fail('it broke', 'sdk_error', 'lost')], 1],
  ] as const)('tells of one that is %s what its record does', async (status, script, code) => {
    const { env, id } = await over(script);
    const told = await typed({ env, tty: false }, 'watch', id).outcome;
    expect(told).toMatchObject({ code, stdout: 'Hello\n' });
    if (code > 0) expect(told.stderr).toBe(`m8tes-rx: run ${id} failed (lost): it broke\n`);

    const { stdout } = await typed({ env, tty: false }, 'watch', id, '--json').outcome;
    const result = from(lines(stdout).map(decodeEvent)).pipe(collectRun());
    expect(await firstValueFrom(result)).toMatchObject({ status, text: 'Hello', run_id: 123 });
  });

  it('goes on where a file of events ends', async () => {
    const { runs, env, id } = await begun(() => [...text('Hel', 'lo'), ...forever()]);
    const first = typed({ env, tty: false }, 'watch', id, '--json');
    await first.says('"lo"');
    first.signal('SIGINT');
    const { stdout } = await first.outcome;
    const file = join(folder, 'run.ndjson');
    writeFileSync(file, lines(stdout).slice(0, -1).join('\n'));

    const rest = typed({ env, tty: false }, 'watch', id, '--after', file);
    await rest.says('lo');
    await lastValueFrom(runs.cancel(Number(id)));
    expect(await rest.outcome).toEqual({ code: 3, stdout: 'lo\n', stderr: '' });
    const missing = await typed({ env }, 'watch', id, '--after', join(folder, 'no')).outcome;
    expect(missing.code).toBe(2);
  });

  it('only looks on, where nobody is there and nothing was said', async () => {
    const { server, env } = await served({
      script: function* () {
        yield* text('May I? ');
        yield* text((yield* approval({ tool_name: 'mail' })).decision);
      },
    });
    const client = createClient({ baseUrl: server.url, apiKey: KEY });
    const asked = { human_in_the_loop: true, permission_mode: 'approval', stream: false } as const;
    await lastValueFrom(client.runs.create({ message: 'go', ...asked }));
    const child = typed({ env, tty: false }, 'watch', '123');
    await child.says('May I?');
    await server.until(({ runs: all }) => all()[0]?.status === 'awaiting_approval');
    const { request_id } = await lastValueFrom(client.runs.permissions(123));
    await lastValueFrom(client.runs.approve(123, { request_id, decision: 'allow' }));
    expect(await child.outcome).toEqual({ code: 0, stdout: 'May I? allow\n', stderr: '' });
  });

  it('tells that the connection was lost and is back, and writes nothing twice', async () => {
    const { server, env } = await served({
      script: function* () {
        yield* text('One ');
        yield* question({ question: 'Cut?' });
        yield* cut();
        yield* question({ question: 'Go on?' });
        yield* text('and two.');
      },
    });
    const { runs } = createClient({ baseUrl: server.url, apiKey: KEY });
    await lastValueFrom(runs.create({ message: 'go', human_in_the_loop: true, stream: false }));
    const child = typed({ env, tty: false }, 'watch', '123', '--verbose');
    await child.says('One');
    await lastValueFrom(runs.answer(123, { answers: { 'Cut?': 'yes' } }));
    await server.until(
      ({ requests, streams }) =>
        streams() === 1 && requests().filter(({ route }) => route === 'join').length === 2,
    );
    await lastValueFrom(runs.answer(123, { answers: { 'Go on?': 'yes' } }));
    expect(await child.outcome).toEqual({
      ...{ code: 0, stdout: 'One and two.\n' },
      stderr: [
        '◌ The connection was lost …',
        '● It is back, and nothing is missing',
        'run 123 · completed',
        '',
      ].join('\n'),
    });
  });

  it('asks in a terminal', async () => {
    const { server, env } = await served({
      script: function* () {
        yield* text((yield* approval({ tool_name: 'mail', display_name: 'Mail' })).decision);
      },
    });
    const client = createClient({ baseUrl: server.url, apiKey: KEY });
    const asked = { human_in_the_loop: true, permission_mode: 'approval', stream: false } as const;
    await lastValueFrom(client.runs.create({ message: 'go', ...asked }));
    const child = typed({ env }, 'watch', '123');
    await child.says('> ');
    child.type('n\n');
    expect(await child.outcome).toMatchObject({ code: 0, stdout: 'deny\n' });
  });

  it('says what is wrong: a run that there is not, one that is no number, no key', async () => {
    const { env } = await served();
    const missing = await typed({ env, tty: false }, 'watch', '9').outcome;
    expect(missing).toMatchObject({ code: 4, stdout: '' });
    for (const wrong of [[], ['x'], ['0'], ['1', '2'], ['1e3']]) {
      const { code, stderr } = await typed({ env, tty: false }, 'watch', ...wrong).outcome;
      expect(code).toBe(2);
      expect(stderr).toMatch(/^m8tes-rx: run must be the number of one run/);
    }
    const keyless = await typed({ tty: false }, 'watch', '1').outcome;
    expect(keyless.code).toBe(2);
    expect(keyless.stderr).toMatch(/^m8tes-rx: M8TES_API_KEY is not set/);
    const address = await typed({ tty: false }, 'run', 'hi', '--base-url', 'http://127.0.0.1:1')
      .outcome;
    expect(address.code).toBe(2);
    expect(address.stderr).toMatch(
      /^m8tes-rx: M8TES_API_KEY is not set, and the API has an address/,
    );
  });
});
