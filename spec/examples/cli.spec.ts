/** The command of docs/frameworks.md, in a process of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fail, forever, localServer, text, type LocalServer, type Script } from 'm8tes-rx/testing';
import { bundled } from './bundled';

jest.setTimeout(60_000);

const { M8TES_API_KEY: _key, M8TES_BASE_URL: _url, ...inherited } = process.env;
const { folder } = bundled('frameworks/cli');

let api: LocalServer;
afterEach(() => api.close());

const start = async (script: Script, ...words: readonly string[]) => {
  api = await localServer({ script, pace: 0 });
  const env = { ...inherited, M8TES_API_KEY: 'm8_secret', M8TES_BASE_URL: api.url };
  const child = spawn(process.execPath, [join(folder(), 'cli.mjs'), ...words], { env });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const exit = once(child, 'close').then(([code]) => ({ code: code as number, stdout, stderr }));
  return { child, exit, stdout: () => stdout };
};

describe('the command', () => {
  it('sends its arguments, and writes the text', async () => {
    const { exit } = await start(
      ({ message }) => text(`${message}: `, 'two.'),
      'Which',
      'tickets?',
    );
    expect(await exit).toEqual({ code: 0, stdout: 'Which tickets?: two.\n', stderr: '' });
  });

  it('fails when its run does, behind what that said', async () => {
    const { exit } = await start(
      () => [...text('On my way'), ...fail('the sandbox went away')],
      'hi',
    );
    const { code, stdout, stderr } = await exit;
    expect({ code, stdout }).toEqual({ code: 1, stdout: 'On my way' });
    expect(stderr).toMatch(/^run \d+ failed [^\n]*\n$/);
  });

  it('fails where it is told nothing, in one line', async () => {
    const { exit } = await start(() => text('never'));
    const { code, stdout, stderr } = await exit;
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^[^\n]*message[^\n]*\n$/);
  });

  it('leaves at Ctrl-C, and leaves the run going on', async () => {
    const { child, exit, stdout } = await start(function* () {
      yield* text('On my way');
      yield* forever();
    }, 'hi');
    await api.until(() => stdout() === 'On my way', { timeout: 20_000 });
    child.kill('SIGINT');
    expect(await exit).toEqual({ code: 130, stdout: 'On my way', stderr: '' });
    expect(api.runs()).toMatchObject([{ status: 'running' }]);
  });
});
