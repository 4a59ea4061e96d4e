/** The contract is worth what it refuses: logs with one fault each, and the test that finds it. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { defer, map, mergeMap, take } from 'rxjs';
import { memoryLog } from '../../lib/log/memoryLog';
import type { Append, RunLog } from '../../lib/log/RunLog';
import { contents } from '../../lib/testing/log/tales';
import type { MakeLog } from '../../lib/testing/log/Contract';
import { logContract } from '../../lib/testing/logContract';

/** The tests of the contract, by part and name. */
const testsOf = (make: MakeLog): ReadonlyMap<string, () => Promise<void>> => {
  const tests = new Map<string, () => Promise<void>>();
  let part = '';
  logContract(make, {
    describe: (name, define) => {
      part = name;
      define();
    },
    it: (name, test) => tests.set(`${part}: ${name}`, test),
    expect,
  });
  return tests;
};

const passes = (make: MakeLog, wanted: string): Promise<boolean> => {
  const found = [...testsOf(make)].find(([name]) => name.startsWith(wanted));
  if (found === undefined) throw new Error(`there is no test ${wanted}`);
  return found[1]().then(
    () => true,
    () => false,
  );
};

/** A log that remembers who has which office. */
const noting = (log: RunLog) => {
  const offices = new Map<string, Pick<Append, 'owner' | 'epoch'>>();
  const acquire: RunLog['acquire'] = async (run, owner, lease) => {
    const acquired = await log.acquire(run, owner, lease);
    if (acquired.type === 'yours') offices.set(run, { owner, epoch: acquired.epoch });
    return acquired;
  };
  return { offices, acquire };
};

type Fault = (log: RunLog) => Partial<RunLog>;

const faults: readonly (readonly [fault: string, finds: string, Fault])[] = [
  [
    'whoever asks has the office',
    'office: is refused to others',
    (log) => ({
      acquire: async (run, owner, lease) => {
        const acquired = await log.acquire(run, owner, lease);
        if (acquired.type === 'held') await log.release(run, 'a');
        return log.acquire(run, owner, lease);
      },
    }),
  ],
  [
    'nobody is fenced',
    'office: is lost by who slept',
    (log) => {
      const { offices, acquire } = noting(log);
      return { acquire, append: (batch) => log.append({ ...batch, ...offices.get(batch.run) }) };
    },
  ],
  [
    'the owner does not count',
    'office: is told by owner and epoch',
    (log) => {
      const { offices, acquire } = noting(log);
      return {
        acquire,
        append: (batch) =>
          log.append({ ...batch, owner: offices.get(batch.run)?.owner ?? batch.owner }),
      };
    },
  ],
  [
    'the epoch does not count',
    'office: is told by owner and epoch',
    (log) => {
      const { offices, acquire } = noting(log);
      return {
        acquire,
        append: (batch) =>
          log.append({ ...batch, epoch: offices.get(batch.run)?.epoch ?? batch.epoch }),
      };
    },
  ],
  [
    'anybody releases anybody',
    'office: is free when it was released',
    (log) => ({ release: (run) => log.release(run, 'a') }),
  ],
  ['nobody releases', 'office: is free', () => ({ release: () => Promise.resolve() })],
  [
    'a sign of life is none',
    'office: is kept by appends',
    (log) => ({
      append: (batch) => log.append(batch.frames.length > 0 ? batch : { ...batch, lease: 0 }),
    }),
  ],
  [
    'an append is written wherever the log is',
    'writing: refuses what would leave a hole',
    (log) => ({
      append: async (batch) =>
        log.append({
          ...batch,
          from: Math.min(batch.from, (await log.stat(batch.run))?.at.pos ?? 0),
        }),
    }),
  ],
  [
    'a repeat is written twice',
    'writing: answers a repeat',
    (log) => ({
      append: async (batch) =>
        log.append({ ...batch, from: (await log.stat(batch.run))?.at.pos ?? 0 }),
    }),
  ],
  [
    'what is written is not what was sent',
    'writing: gives positions',
    (log) => ({
      append: (batch) =>
        log.append({
          ...batch,
          frames: batch.frames.map((frame) => ({
            ...frame,
            data: frame.data.trim().slice(0, 500),
          })),
        }),
    }),
  ],
  [
    'it does not close',
    'writing: is closed by its writer',
    (log) => ({ append: ({ close: _, ...batch }) => log.append(batch) }),
  ],
  [
    'an append makes a log',
    'writing: is made by taking the office',
    (log) => ({
      append: async (batch) => {
        const appended = await log.append(batch);
        if (appended.type === 'gone') await log.acquire(batch.run, batch.owner, batch.lease);
        return appended;
      },
    }),
  ],
  [
    'runs are not kept apart',
    'writing: keeps runs apart',
    (log) => ({
      acquire: (run, owner, lease) => log.acquire(run.toLowerCase(), owner, lease),
      append: (batch) => log.append({ ...batch, run: batch.run.toLowerCase() }),
      read: (run, options) => log.read(run.toLowerCase(), options),
      stat: (run) => log.stat(run.toLowerCase()),
    }),
  ],
  [
    'only history is told',
    'reading: wakes who waits',
    (log) => ({ read: (run, options) => log.read(run, options).pipe(take(1)) }),
  ],
  [
    'each entry is told twice',
    'reading: tells history',
    (log) => ({
      read: (run, options) => log.read(run, options).pipe(mergeMap((one) => [one, one])),
    }),
  ],
  [
    'readers are hurried',
    'reading: never hurries',
    (log) => ({ read: (run, options) => log.read(run, { ...options, ready: undefined }) }),
  ],
  [
    'a mark is only a position',
    'reading: says so',
    (log) => ({
      read: (run, { after, ...options } = {}) =>
        defer(async () => {
          const last = (await log.stat(run))?.at.pos ?? 0;
          return (await contents(log, run)).find(
            ({ pos }) => pos === Math.min(after?.pos ?? 0, last),
          );
        }).pipe(mergeMap((entry) => log.read(run, { ...options, after: entry }))),
    }),
  ],
  [
    'a mark is ignored',
    'reading: goes on after a mark',
    (log) => ({ read: (run, { after: _, ...options } = {}) => log.read(run, options) }),
  ],
];

/** A reading that drops every seventh entry. */
const forgetful: Fault = (log) => ({
  read: (run, options) =>
    log.read(run, options).pipe(
      map((one) => {
        if (one.type !== 'entries') return one;
        const kept = one.entries.filter(({ pos }) => pos % 7 !== 0);
        return kept.length > 0 ? { ...one, entries: kept } : one;
      }),
    ),
});

const sound: MakeLog = (options) => ({ log: memoryLog(options) });
const faulty =
  (fault: Fault): MakeLog =>
  (options) => {
    const log = memoryLog(options);
    return { log: { ...log, ...fault(log) } };
  };

const all: readonly (readonly [fault: string, finds: string, MakeLog])[] = [
  ...faults.map(([name, finds, fault]) => [name, finds, faulty(fault)] as const),
  ['entries are dropped', 'interleavings: tells every viewer all', faulty(forgetful)],
  [
    'nothing ever expires',
    'writing: is gone some time after',
    ({ limit }) => ({ log: memoryLog({ limit }) }),
  ],
  [
    'there is no limit',
    'writing: is closed as full',
    ({ retention }) => ({ log: memoryLog({ retention }) }),
  ],
  [
    'machines do not share it',
    'reading: wakes who waits, on any machine',
    (options) => ({ log: memoryLog(options), other: memoryLog(options) }),
  ],
];

describe('logContract', () => {
  // Some wait long for what never comes; they do so together.
  let verdicts: readonly (readonly [sound: boolean, faulty: boolean])[];
  beforeAll(async () => {
    verdicts = await Promise.all(
      all.map(([, finds, make]) => Promise.all([passes(sound, finds), passes(make, finds)])),
    );
  }, 30_000);

  it.each(all.map(([fault, finds], index) => [fault, finds, index] as const))(
    'finds it where %s: %s',
    (_, __, index) => {
      expect(verdicts[index]).toEqual([true, false]);
    },
  );

  it('runs under node:test, with an expect of one line', () => {
    const folder = mkdtempSync(join(tmpdir(), 'm8tes-rx-'));
    try {
      const outfile = join(folder, 'log.test.mjs');
      const contents = `
        import assert from 'node:assert';
        import { describe, it } from 'node:test';
        import { memoryLog } from './lib/log/memoryLog';
        import { logContract } from './lib/testing/logContract';
        const expect = (actual) => ({ toEqual: (to) => assert.deepStrictEqual(actual, to) });
        logContract((options) => ({ log: memoryLog(options) }), { describe, it, expect });
      `;
      const root = join(__dirname, '..', '..');
      const stdin = { contents, resolveDir: root, loader: 'ts' } as const;
      buildSync({ stdin, outfile, bundle: true, platform: 'node', format: 'esm' });
      const env = { ...process.env, NODE_TEST_CONTEXT: undefined };
      const told = execFileSync(process.execPath, ['--test', '--test-reporter=tap', outfile], {
        env,
      });
      const tests = testsOf((options) => ({ log: memoryLog(options) }));
      expect(String(told)).toMatch(new RegExp(`^# pass ${tests.size}$`, 'm'));
      expect(String(told)).toMatch(/^# fail 0$/m);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }, 30_000);
});
