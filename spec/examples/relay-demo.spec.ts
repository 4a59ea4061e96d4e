/** The demo, bundled and in a process of its own: with Redis, where there is one, and without. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { whole } from '../../examples/relay/demo/tale';
import { screen } from '../../examples/relay/demo/screen';
import { describeRedis } from '../redis/aRedis';
import { bundled } from './bundled';

jest.setTimeout(120_000);

const { folder } = bundled('relay', 'relay-demo');

/** Runs the demo to its end, with a temporary folder of its own. */
const ran = async (env: Partial<NodeJS.ProcessEnv> = {}) => {
  const TMPDIR = mkdtempSync(join(folder(), 'temporary-'));
  const child = spawn(process.execPath, [join(folder(), 'relay-demo.mjs')], {
    env: { ...process.env, TMPDIR, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr, left: readdirSync(TMPDIR) };
};

/** What one viewer was shown. */
const shownTo = (name: string, stdout: string): string =>
  [...stdout.matchAll(new RegExp(`^${name} *│ (.*)$`, 'gm'))]
    .map(([, line]) => `${line}\n`)
    .join('');

const expectWhole = ({ code, stdout, stderr, left }: Awaited<ReturnType<typeof ran>>): void => {
  expect({ code, stderr, left }).toEqual({ code: 0, stderr: '', left: [] });
  for (const name of ['ada', 'ben', 'cleo']) {
    expect(shownTo(name, stdout)).toBe(whole);
    expect(stdout).toMatch(
      new RegExp(`^✓ ${name} +${whole.length} characters, equal to the script, `, 'm'),
    );
  }
  expect(stdout).toMatch(/^✓ ada .* 1 interruption$/m);
  expect(stdout).toMatch(/^✓ machine 2 takes over [\d.]+ s later/m);
  expect(stdout).not.toContain('\x1b');
};

describe('npm run relay:demo, without Redis', () => {
  it('closes the machine that reads, and all is told', async () => {
    const result = await ran({ PATH: folder() });
    expectWhole(result);
    expect(result.stdout).toMatch(/^Redis 7 is not installed/m);
    expect(result.stdout).toMatch(/^✗ machine 1, .* is closed/m);
  });
});

describeRedis('npm run relay:demo, with Redis', () => {
  it('kills the machine that reads, and all is told; and nothing is left behind', async () => {
    const result = await ran({ M8TES_API_KEY: 'm8_real', M8TES_BASE_URL: 'http://127.0.0.1:1' });
    expectWhole(result);
    const [, pid] = /is killed: SIGKILL, process (\d+)$/m.exec(result.stdout) ?? [];
    expect(() => process.kill(Number(pid), 0)).toThrow('ESRCH');
  });
});

describe('its screen', () => {
  const { isTTY, columns, rows } = process.stdout;
  afterEach(() => {
    jest.restoreAllMocks();
    Object.assign(process.stdout, { isTTY, columns, rows });
  });

  /** What stands on a terminal that is written to: `up` lines back, and the rest erased. */
  const drawn = (written: string): readonly string[] => {
    const lines = [''];
    for (const [piece, up] of written.matchAll(/␛\[(\d+)A␛\[J|\n|[^\n␛]+/g)) {
      if (up !== undefined) lines.splice(-Number(up) - 1, Infinity, '');
      else if (piece === '\n') lines.push('');
      else lines.push(lines.pop() + piece);
    }
    return lines.slice(0, -1);
  };

  it.each([80, 100, 200])('shows viewers side by side on a terminal of %i columns', (columns) => {
    Object.assign(process.stdout, { isTTY: true, columns, rows: 24 });
    let written = '';
    jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
      written += String(text)
        .replaceAll('\x1b', '␛')
        .replace(/␛\[\d*m/g, '');
      return true;
    });
    const { show, tell, leave } = screen();
    const seen = (text: string) =>
      ['ada', 'ben', 'cleo'].map((name) => ({ name, text, run_id: 1, interruptions: 0 }));
    tell('begins');
    show(seen('one'));
    tell('goes on');
    show(seen(whole));
    leave();
    tell('ends');
    const lines = drawn(written);
    expect([lines[0], lines[1], lines.at(-1)]).toEqual(['begins', 'goes on', 'ends']);
    expect(lines[2]).toMatch(/^ada +ben +cleo +$/);
    expect(lines.length).toBeLessThan(24);
    for (const line of lines) expect(line.length).toBeLessThan(columns);
    const words = whole.trim().split(/\s+/);
    for (const lane of [0, 1, 2]) {
      const width = (lines[2]!.length + 2) / 3;
      const text = lines.slice(3, -1).map((line) => line.slice(lane * width, (lane + 1) * width));
      const shown = text.join(' ').trim().split(/\s+/);
      expect(shown).toEqual(words.slice(-shown.length));
    }
  });
});
