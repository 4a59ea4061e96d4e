import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { localRoutes } from 'm8tes-rx/testing';

jest.setTimeout(60_000);

const root = join(__dirname, '../..');

const start = (...args: readonly string[]) => {
  const file = join('examples', 'local-server.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', file, ...args], { cwd: root });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const exit = once(child, 'close').then(([code]) => ({ code: code as number, stdout, stderr }));
  return { child, stdout: () => stdout, exit };
};

describe('npm run server', () => {
  it('says where it is, and what to set', async () => {
    const { child, stdout, exit } = start('--port', '0');
    while (!stdout().includes('Ctrl-C')) await once(child.stdout, 'data');
    const [url = ''] = stdout().split('\n');
    expect(stdout()).toContain(`export M8TES_BASE_URL=${url}\n`);
    const [, key = ''] = /export M8TES_API_KEY=(m8_\w+) /.exec(stdout()) ?? [];
    const headers = { authorization: `Bearer ${key}` };
    expect((await fetch(`${url}/runs/`, { headers })).status).toBe(200);
    child.kill('SIGINT');
    expect(await exit).toMatchObject({ code: 0, stderr: '' });
    expect(stdout()).toMatch(/closed after 0 runs\n$/);
  });

  it('lists its routes, and what it does not know it says', async () => {
    const [listed, refused] = await Promise.all([start('--routes').exit, start('--rout').exit]);
    expect(listed.code).toBe(0);
    const lines = listed.stdout.trimEnd().split('\n');
    expect(lines.map((line) => line.split(/\s+/))).toEqual(
      localRoutes.map(({ name, method, path }) => [name, method, path]),
    );
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toMatch(/^usage: local-server/);
  });
});
