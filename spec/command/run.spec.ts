import { collectRun, createClient, decodeEvent, type RunEvent } from 'm8tes-rx';
import {
  approval,
  fail,
  failingTool,
  forever,
  question,
  run,
  text,
  thinking,
  tool,
} from 'm8tes-rx/testing';
import { from, lastValueFrom } from 'rxjs';
import { installed, KEY, lines, served, typed } from './commanding';

jest.setTimeout(60_000);

const start = installed();

describe('m8tes-rx run, in a process of its own', () => {
  it('needs no key: it says loudly that it plays, and plays', async () => {
    const { code, stdout, stderr } = await start({}, 'run', 'hello').outcome;
    expect(code).toBe(0);
    expect(stdout).toContain('## What the week looked like');
    expect(stdout).toMatch(/[^\n]\n$/);
    expect(lines(stderr)).toEqual([expect.stringMatching(/^M8TES_API_KEY is not set: .*script/)]);
  });

  it('writes the text, whole and alone, to stdout; and nothing to stderr that is no terminal', async () => {
    const script = () => [
      ...thinking('hm'),
      ...text('Two ', 'tickets\n'),
      ...tool({ name: 'search' }),
      ...text('are ', 'open.'),
    ];
    const { server, env } = await served({ script });
    const { outcome } = start(env, 'run', 'What', 'is open?');
    expect(await outcome).toEqual({ code: 0, stdout: 'Two tickets\nare open.\n', stderr: '' });
    expect(server.requests()[0]?.body).toEqual({
      ...{ message: 'What is open?', stream: true },
      ...{ human_in_the_loop: true, permission_mode: 'approval' },
    });
  });

  it('adds no line to a text that ends with one, and none to no text', async () => {
    const { env } = await served({ script: [() => text('a\n'), () => tool({ name: 'search' })] });
    expect(await start(env, 'run', 'a').outcome).toMatchObject({ code: 0, stdout: 'a\n' });
    expect(await start(env, 'run', 'a').outcome).toMatchObject({ code: 0, stdout: '' });
  });

  it('reads the message from stdin where it is told to', async () => {
    const { server, env } = await served({ script: () => text('ok') });
    const { type, endTyping, outcome } = start(env, 'run', '-');
    type('a\nlong message');
    endTyping();
    expect((await outcome).code).toBe(0);
    expect(server.requests()[0]?.body).toMatchObject({ message: 'a\nlong message' });
  });

  it('tells by its exit code, and in a line, that the run failed', async () => {
    const script = () => [
      ...text('I could '),
      ...fail('it\u001b[2J broke\nhere', 'sdk_error', 'lost'),
    ];
    const { env } = await served({ script });
    const { code, stdout, stderr } = await start(env, 'run', 'go').outcome;
    expect({ code, stdout }).toEqual({ code: 1, stdout: 'I could \n' });
    expect(stderr).toBe('m8tes-rx: run 123 failed (lost): it[2J broke here\n');
  });

  it('tells that somebody cancelled it', async () => {
    const { env } = await served({ script: run().text('a').cancelled() });
    expect(await start(env, 'run', 'go').outcome).toEqual({ code: 3, stdout: 'a\n', stderr: '' });
  });

  it('prints each event as a line with --json, from which the run can be read, and nothing else', async () => {
    const said = () => [...text('Hel', 'lo'), { type: 'of-tomorrow', any: { thing: 1 } }];
    const { env } = await served({ script: said });
    const { code, stdout, stderr } = await start(env, 'run', 'hi', '--json').outcome;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const events: readonly RunEvent[] = lines(stdout).map(decodeEvent);
    expect(events).toContainEqual({
      ...{ type: 'unknown', name: 'of-tomorrow' },
      raw: { type: 'of-tomorrow', any: { thing: 1 } },
    });
    const result = await lastValueFrom(from(events).pipe(collectRun()));
    expect(result).toMatchObject({ run_id: 123, text: 'Hello', status: 'completed', malformed: 0 });
  });

  it('leaves at Ctrl-C, and the run goes on', async () => {
    const { server, env } = await served({ script: () => [...text('Hello'), ...forever()] });
    const { says, signal, outcome } = start(env, 'run', 'hi');
    await says('Hello');
    signal('SIGINT');
    const { code, stdout, stderr } = await outcome;
    expect({ code, stdout }).toEqual({ code: 130, stdout: 'Hello\n' });
    expect(stderr).toBe('Left; run 123 goes on. See it again: m8tes-rx watch 123\n');
    expect(server.runs()[0]?.status).toBe('running');
    expect(server.requests().map(({ route }) => route)).toEqual(['create']);
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('cancels the run at %s where it is told to', async (name, code) => {
    const { server, env } = await served({ script: () => [...text('Hello'), ...forever()] });
    const { says, signal, outcome } = start(env, 'run', 'hi', '--cancel-on-exit');
    await says('Hello');
    signal(name);
    expect(await outcome).toEqual({
      code,
      stdout: 'Hello\n',
      stderr: 'Left; run 123 is cancelled.\n',
    });
    expect(server.runs()[0]?.status).toBe('cancelled');
  });

  it('cancels a run that it has heard nothing of yet', async () => {
    const { server, env } = await served({ script: () => forever(), pace: 300 });
    const { signal, outcome } = start(env, 'run', 'hi', '--cancel-on-exit');
    await server.until(({ runs }) => runs().length === 1, { timeout: 30_000 });
    signal('SIGINT');
    expect((await outcome).code).toBe(130);
    await server.until(({ runs }) => runs()[0]?.status === 'cancelled');
  });

  it('ends quietly when nobody reads any more', async () => {
    const script = function* () {
      for (;;) yield* text('word '.repeat(1_000));
    };
    const { server, env } = await served({ script, pace: 1 });
    const { says, stopReading, outcome } = start(env, 'run', 'talk');
    await says('word');
    stopReading();
    expect(await outcome).toMatchObject({ code: 141, stderr: '' });
    await server.until(({ streams }) => streams() === 0);
  });

  it('does not use a tool that nobody was there to allow: it says how to, and the run waits', async () => {
    const script = function* () {
      const { decision } = yield* approval({
        tool_name: 'rm_rf',
        display_name: 'Delete \u001b[8mall',
      });
      yield* text(decision);
    };
    const { server, env } = await served({ script });
    const { code, stdout, stderr } = await start(env, 'run', 'go').outcome;
    expect({ code, stdout }).toEqual({ code: 5, stdout: '' });
    expect(stderr).toContain('run 123 asks whether it may: Delete [8mall, and nobody is there');
    expect(stderr).toContain('m8tes-rx watch 123 --approve allow');
    expect(stderr).not.toContain('rm_rf');
    expect(server.runs()[0]?.status).toBe('awaiting_approval');

    const answered = await start(env, 'watch', '123', '--approve', 'deny').outcome;
    expect(answered).toEqual({ code: 0, stdout: 'deny\n', stderr: '' });
  });

  it.each(['allow', 'deny'])('decides on its own where it is told to: %s', async (decision) => {
    const script = function* () {
      yield* text((yield* approval({ tool_name: 'mail' })).decision);
    };
    const { env } = await served({ script });
    const { outcome } = start(env, 'run', 'go', '--approve', decision);
    expect(await outcome).toEqual({ code: 0, stdout: `${decision}\n`, stderr: '' });
  });

  it('waits for an answer to a question, unless nothing may be asked', async () => {
    const script = function* () {
      yield* text(`[${yield* question({ question: 'Which one?' })}]`);
    };
    const { env } = await served({ script });
    const asked = await start(env, 'run', 'go', '--approve', 'deny').outcome;
    expect(asked).toMatchObject({ code: 5, stdout: '' });
    expect(asked.stderr).toContain('run 123 asks “Which one?”, and nobody is there');
    const unasked = await start(env, 'run', 'go', '--approve', 'allow').outcome;
    expect(unasked).toEqual({ code: 0, stdout: '[]\n', stderr: '' });
  });

  it('shows what happens meanwhile where it is told to, on stderr', async () => {
    const script = () => [
      { type: 'sandbox-connecting', message: 'Starting a sandbox' },
      ...thinking('Well', ' …'),
      ...text('Hello'),
      ...tool({ name: 'search\u0007', input: { q: 1 }, result: [2] }),
      ...failingTool({ name: 'other', error: 'no' }),
    ];
    const { env } = await served({ script });
    const { code, stdout, stderr } = await start(env, 'run', 'hi', '--verbose', '--thinking')
      .outcome;
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'Hello\n' });
    expect(lines(stderr)).toEqual([
      '◌ Starting a sandbox …',
      'Well …',
      '▸ search',
      '✓ search {"q":1} → [2]',
      '▸ other',
      '✗ other {} → {"error":"no"}',
      'run 123 · completed',
    ]);
  });

  it('says what went wrong in a sentence, never the key, and with what exit code', async () => {
    const { server, env } = await served({ script: () => text('x') });
    server.fault({ on: 'create', status: 401 });
    const refused = await start(env, 'run', 'hi').outcome;
    expect(refused).toMatchObject({ code: 4, stdout: '' });
    expect(refused.stderr).toMatch(/^m8tes-rx: .*401.*\n {2}Is M8TES_API_KEY right\?\n$/);

    const nowhere = { ...env, M8TES_BASE_URL: 'http://127.0.0.1:1/api/v2' };
    const unreached = await start(nowhere, 'watch', '7').outcome;
    expect(unreached).toMatchObject({ code: 4, stdout: '' });

    const plain = await start({ ...env, M8TES_BASE_URL: 'http://example.com' }, 'run', 'hi')
      .outcome;
    expect(plain).toMatchObject({ code: 2, stdout: '' });

    const wrong = await start({ M8TES_API_KEY: `not one ${KEY}` }, 'run', 'hi').outcome;
    expect(wrong.code).not.toBe(0);
    for (const { stderr } of [refused, unreached, plain, wrong]) {
      expect(stderr).toMatch(/^m8tes-rx: /);
      expect(stderr).not.toContain(KEY);
      expect(stderr).not.toMatch(/^\s+at /m);
    }
  });

  it('takes no key as an argument, where every process could read it', async () => {
    const { code, stderr } = await start({}, 'run', 'hi', '--api-key', KEY).outcome;
    expect(code).toBe(2);
    expect(stderr).toMatch(/--api-key is no option/);
    expect(stderr).not.toContain(KEY);
  });
});

describe('m8tes-rx run', () => {
  it('hands on what is chosen', async () => {
    const { server, env } = await served({ script: () => text('x') });
    const client = createClient({ baseUrl: server.url, apiKey: KEY });
    const { id } = await lastValueFrom(client.agents.create({ name: 'Triage' }));
    const choice = [
      '-a',
      String(id),
      '--user=ada',
      '-t',
      'gmail',
      '--tool',
      'slack',
      '-m',
      'haiku',
    ];
    expect(await typed({ env, tty: false }, 'run', 'hi', ...choice, '--plan').outcome).toEqual({
      ...{ code: 0, stdout: 'x\n', stderr: '' },
    });
    expect(server.requests().at(-1)?.body).toEqual({
      ...{ message: 'hi', stream: true, teammate_id: id, user_id: 'ada' },
      ...{ tools: ['gmail', 'slack'], model: 'haiku' },
      ...{ human_in_the_loop: true, permission_mode: 'plan' },
    });
  });

  it('goes on with a run that has ended', async () => {
    const { server, env } = await served({
      script: ({ turn, message }) => text(`${turn} ${message}`),
    });
    await typed({ env }, 'run', 'first').outcome;
    const replied = await typed({ env, tty: false }, 'run', '--reply', '123', 'second').outcome;
    expect(replied).toEqual({ code: 0, stdout: '1 second\n', stderr: '' });
    expect(server.requests().at(-1)?.body).toEqual({
      ...{ message: 'second', stream: true, human_in_the_loop: false },
    });
  });

  it('is coloured in a terminal, where the text is not; and no more than wanted', async () => {
    const { env } = await served({ script: () => [...text('Hello'), ...fail('no')] });
    const seen = async (more: Partial<NodeJS.ProcessEnv>, tty = true) => {
      const { stdout, stderr } = await typed({ env: { ...env, ...more }, tty }, 'run', 'hi')
        .outcome;
      expect(stdout).toBe('Hello\n');
      return stderr.includes('\u001b[');
    };
    expect(await seen({})).toBe(true);
    expect(await seen({ NO_COLOR: '1' })).toBe(false);
    expect(await seen({ TERM: 'dumb' })).toBe(false);
    expect(await seen({ FORCE_COLOR: '0' })).toBe(false);
    expect(await seen({}, false)).toBe(false);
    expect(await seen({ FORCE_COLOR: '1' }, false)).toBe(true);
    expect(await seen({ FORCE_COLOR: '1', NO_COLOR: '1' }, false)).toBe(true);
  });

  it('lets nothing through that a terminal would obey, whoever says it', async () => {
    const evil = '\u001b]0;title\u0007\u001b[2J\u009b31m\r\u202edrawkcab\u0000';
    const script = () => [
      { type: 'sandbox-connecting', message: evil },
      ...thinking(evil),
      ...tool({ name: evil, input: { [evil]: evil }, result: { error: evil } }),
      { type: 'todo-update', toolCallId: 'x', todos: [{ content: evil, status: evil }] },
      { type: 'plan-delta', delta: evil },
      ...text(evil),
      ...fail(evil, 'sdk_error', evil),
    ];
    const { env } = await served({ script });
    const { stdout, stderr } = await typed(
      { env: { ...env, NO_COLOR: '1' } },
      'run',
      'hi',
      '--thinking',
    ).outcome;
    expect(stdout + stderr).toContain('drawkcab');
    expect(stdout + stderr).not.toMatch(/(?!\n)[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
  });

  it('writes a line an event, whatever is in it', async () => {
    const data = 'no JSON \u009b31m\u202e';
    const raw = { step: 'raw', bytes: `data: ${data}\ndata: two\n\n` } as const;
    const { env } = await served({ script: () => [...text('a\nb\u0007\u009b'), raw] });
    const { stdout, stderr } = await typed({ env }, 'run', 'hi', '--json').outcome;
    expect(stderr).toMatch(/a frame is malformed/);
    expect(stdout).not.toMatch(/(?!\n)[\p{Cc}\u202e]/u);
    const events = lines(stdout).map(decodeEvent);
    expect(events).toContainEqual(expect.objectContaining({ delta: 'a\nb\u0007\u009b' }));
    expect(events.filter(({ type }) => type === 'malformed')).toHaveLength(1);
  });

  it('says that what it wrote could not be written, unless nobody reads it any more', async () => {
    const { env } = await served({ script: () => [...text('Hello'), ...forever()] });
    const child = typed({ env }, 'run', 'hi');
    await child.says('Hello');
    child.breakDown('no space left');
    expect((await child.outcome).code).toBe(4);
    expect(child.stderr()).toContain('no space left');
  });

  it('leaves a stream of one terminal at the beginning of a line, and no line empty', async () => {
    const script = () => [...text('Hello'), ...tool({ name: 'search' }), ...text('\n\nthere')];
    const { env } = await served({ script });
    const child = typed({ env: { ...env, NO_COLOR: '1' } }, 'run', 'hi');
    const { stdout, stderr } = await child.outcome;
    expect(stdout).toBe('Hello\nthere\n');
    expect(stderr).toBe('\n▸ search\n✓ search {}\nrun 123 · completed\n');
  });

  it('needs a message', async () => {
    const { code, stderr } = await typed({ tty: false }, 'run', ' ').outcome;
    expect(code).toBe(2);
    expect(stderr).toMatch(/^m8tes-rx: message is missing/);
  });
});
