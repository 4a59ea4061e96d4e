/**
 * The examples, each in a process of its own on plain Node. What they need they bring along; no
 * key, no terminal, no network. They are bundled as `npm start` does it, all at once: tsx, which
 * the README tells a reader to run one with, takes two seconds to begin.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { fail, localServer, text, wait, type LocalServerOptions } from 'm8tes-rx/testing';
import { filter, firstValueFrom, interval } from 'rxjs';

jest.setTimeout(120_000);

const root = join(__dirname, '..');

const { M8TES_API_KEY: _key, M8TES_BASE_URL: _url, NO_COLOR: _none, ...inherited } = process.env;

interface Started {
  readonly stdout: () => string;
  readonly stderr: () => string;
  readonly kill: (signal: NodeJS.Signals) => void;
  readonly exit: Promise<number | null>;
}

const command = (env: Partial<NodeJS.ProcessEnv>, ...args: string[]): Started => {
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...inherited, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return {
    stdout: () => stdout,
    stderr: () => stderr,
    kill: (signal) => child.kill(signal),
    exit: once(child, 'close').then(([code]) => code as number | null),
  };
};

let folder: string;

const start = (example: string, env: Partial<NodeJS.ProcessEnv> = {}, ...args: string[]): Started =>
  command(env, join(folder, `${example}.mjs`), ...args);

const outcomeOf = async (child: Started) => {
  const code = await child.exit;
  return { code, stdout: child.stdout(), stderr: child.stderr() };
};

const run = (...args: Parameters<typeof start>) => outcomeOf(start(...args));

const until = (isSo: () => boolean) => firstValueFrom(interval(10).pipe(filter(isSo)));

/** A server that an example is pointed at, with a key. */
const withServer = async (
  options: LocalServerOptions,
  use: (
    env: Partial<NodeJS.ProcessEnv>,
    server: Awaited<ReturnType<typeof localServer>>,
  ) => Promise<void>,
): Promise<void> => {
  const server = await localServer({ pace: 0, ...options });
  try {
    await use({ M8TES_API_KEY: 'm8_spec', M8TES_BASE_URL: server.url }, server);
  } finally {
    await server.close();
  }
};

const lines = (text: string) => text.trimEnd().split('\n');

/** What each prints, with no key. */
const printed: { readonly [example: string]: readonly RegExp[] } = {
  'support-triage': [
    /the embedded local server/,
    /\nsupport-triage: agent 1, task 1, schedule_1 \(weekdays at 8 in New York\)\n› Triage the support inbox/,
    /\n▸ gmail_search\n✓ gmail_search \{"query":.* → \["Export fails/,
    /filed as SUP-42/,
    /\nrun 123 · end_turn · [\d.]+ s · 1200 tokens in, 80 out · \$0.0048\n$/,
  ],
  'text-live': [/^I am looking through the mail first\. You asked: .* SUP-42\.\n$/],
  'text-then-run': [/^I am looking .* SUP-42\.\n\nrun 123 completed: \d+ characters\n$/],
  'final-output': [/^I am looking .* SUP-42\.\n\(2 tools were used\)\n$/],
  'filter-by-type': [
    /^starts gmail_search\ngot \{/,
    /starts linear_create_issue\n/,
    /done: end_turn\n$/,
  ],
  reply: [/^run 123: .*open\?” .*\nrun 123 again: .*oldest\?” .*\n$/],
  poll: [/^run 123 running: …\n/, /\nrun 123 completed: I am looking .* SUP-42\.\n$/],
  webhooks: [
    /^told and verified: run.started of run 123\ntold and verified: run.completed of run 123\n/,
    /\nkept as delivery 2: run.completed\nkept as delivery 1: run.started\n$/,
  ],
  teardown: [
    /^before: 0 open streams\n(1 open stream, which says: .*\n){5}after: 0 open streams\n$/,
  ],
};

/** Those that take their time, and can take it side by side. */
const begun = new Map<string, Started>();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'm8tes-rx-examples-'));
  await build({
    entryPoints: Object.keys(printed).map((example) => join(root, 'examples', `${example}.ts`)),
    bundle: true,
    platform: 'node',
    format: 'esm',
    mainFields: ['module', 'main'],
    outExtension: { '.js': '.mjs' },
    outdir: folder,
    logLevel: 'error',
  });
  for (const example of Object.keys(printed)) begun.set(example, start(example));
  begun.set('by tsx', command({}, '--import', 'tsx', 'examples/text-live.ts'));
  begun.set('told', start('support-triage', {}, 'Who', 'waits?'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the examples', () => {
  it.each(Object.entries(printed))('%s runs without a key', async (example, patterns) => {
    const { code, stdout, stderr } = await outcomeOf(begun.get(example)!);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const pattern of patterns) expect(stdout).toMatch(pattern);
    expect(stdout).not.toContain('\x1b');
  });

  it('run as the README says', async () => {
    const { code, stdout, stderr } = await outcomeOf(begun.get('by tsx')!);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const pattern of printed['text-live']!) expect(stdout).toMatch(pattern);
  });

  it('are all run here, but for what they share and the servers', () => {
    const shared = ['connected', 'supportAgent', 'supportDesk', 'terminal', 'relay', 'relay-demo'];
    const examples = readdirSync(join(root, 'examples'), { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => name.replace('.ts', ''));
    expect(examples.filter((name) => !shared.includes(name)).sort()).toEqual(
      Object.keys(printed).sort(),
    );
    for (const name of shared) expect(existsSync(join(root, 'examples', `${name}.ts`))).toBe(true);
  });
});

describe('text-live', () => {
  it('prints why a run failed, after its words', () =>
    withServer({ script: () => [...text('One moment.'), ...fail('no disk')] }, async (env) => {
      const { code, stdout, stderr } = await run('text-live', env);
      expect(code).toBe(1);
      expect(stdout).toContain('One moment.');
      expect(stderr).toContain('no disk');
      expect(stderr).not.toContain('m8_spec');
    }));
});

describe('support-triage', () => {
  it('says what it is told to say', async () => {
    const { code, stdout } = await outcomeOf(begun.get('told')!);
    expect(code).toBe(0);
    expect(stdout).toContain('› Who waits?\n');
    expect(stdout).toContain('“Who waits?”');
  });

  it('makes its agent, task and schedule the first time, and finds them later', () =>
    withServer({ script: () => text('done') }, async (env, server) => {
      for (let i = 0; i < 2; i++) expect((await run('support-triage', env)).code).toBe(0);
      const made = server.requests().filter(({ method }) => method === 'POST');
      expect(made.map(({ route }) => route)).toEqual([
        ...['createTeammate', 'createTask', 'createTrigger', 'create'],
        'create',
      ]);
      expect(server.runs()).toMatchObject([{ teammate_id: 1 }, { teammate_id: 1 }]);
      expect(server.fire('schedule_1')).toMatchObject({ teammate_id: 1, task_id: 1 });
    }));

  it('writes no colour where NO_COLOR is set, and nothing that a terminal would obey', () =>
    withServer({ script: () => text('a\x1b[31mb\x07c') }, async (env) => {
      const { code, stdout } = await run('support-triage', { ...env, NO_COLOR: '1' });
      expect(code).toBe(0);
      expect(stdout).toContain('a[31mbc');
      expect(stdout).toContain('→ the API\n');
    }));

  it.each([
    ['a base URL that is none', { M8TES_BASE_URL: 'nowhere' }, /^baseUrl is not a URL/],
    ['nobody there', { M8TES_BASE_URL: 'http://127.0.0.1:1/api/v2' }, /got no answer/],
  ])('fails in one line: %s', async (_, env, reason) => {
    const { code, stderr } = await run('support-triage', { M8TES_API_KEY: 'm8_spec', ...env });
    expect(code).toBe(1);
    expect(lines(stderr)).toEqual([expect.stringMatching(reason)]);
  });

  it('fails in one line: a key that is refused', () =>
    withServer({}, async (env) => {
      const { code, stderr } = await run('support-triage', { ...env, M8TES_API_KEY: 'stale' });
      expect(code).toBe(1);
      expect(lines(stderr)).toEqual([expect.stringMatching(/401 unauthorized.*check apiKey/)]);
      expect(stderr).not.toContain('stale');
    }));

  it('fails in one line: a run that failed', () =>
    withServer({ script: () => fail('the sandbox\nwent away') }, async (env) => {
      const { code, stderr } = await run('support-triage', env);
      expect(code).toBe(1);
      expect(lines(stderr)).toEqual(['run 123 failed: the sandbox went away']);
    }));

  it('ends at Ctrl-C, and closes the connection', () =>
    withServer(
      {
        script: function* () {
          yield* text('on my way');
          yield* wait(Infinity);
        },
      },
      async (env, server) => {
        const child = start('support-triage', env);
        await until(() => child.stdout().includes('on my way'));
        expect(server.streams()).toBe(1);
        child.kill('SIGINT');
        expect(await child.exit).toBe(130);
        expect(child.stderr()).toBe('');
        await until(() => server.streams() === 0 && server.connections() === 0);
      },
    ));
});
