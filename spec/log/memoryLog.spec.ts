import { firstValueFrom, toArray } from 'rxjs';
import { memoryLog } from '../../lib/log/memoryLog';
import type { RunLog } from '../../lib/log/RunLog';
import { teller, until, writer } from '../../lib/testing/log/tales';
import { logContract } from '../../lib/testing/logContract';
import { leftovers } from '../helpers/leftovers';

describe('memoryLog', () => {
  const left = leftovers();

  logContract((options) => ({ log: memoryLog(options) }), { describe, it, expect });

  const close = async (log: RunLog, run: string, data: string) => {
    const { append } = await writer(log, run, 'a');
    await append([{ data, fingerprint: 'f' }], { close: 'ended' });
  };
  const there = async (log: RunLog, ...runs: readonly string[]) => {
    const stats = await Promise.all(runs.map(log.stat));
    return runs.filter((_, index) => stats[index] !== undefined);
  };

  it('has room for so much, and drives out what was closed first', async () => {
    const log = memoryLog({ capacity: 1_000 });
    const { append } = await writer(log, 'open', 'a');
    await append([{ data: 'x'.repeat(300), fingerprint: 'f' }]);
    for (const run of ['1', '2']) await close(log, run, 'x'.repeat(300));
    expect(await there(log, 'open', '1', '2')).toEqual(['open', '1', '2']);
    await close(log, '3', 'x'.repeat(300));
    expect(await there(log, 'open', '1', '2', '3')).toEqual(['open', '2', '3']);
    await close(log, '4', 'x'.repeat(700));
    expect(await there(log, 'open', '2', '3', '4')).toEqual(['open', '4']);
  });

  it('never drives out a log that is open, whatever it holds', async () => {
    const log = memoryLog({ capacity: 10 });
    for (const run of ['1', '2']) {
      const { append } = await writer(log, run, 'a');
      await append([{ data: 'x'.repeat(300), fingerprint: 'f' }]);
    }
    expect(await there(log, '1', '2')).toEqual(['1', '2']);
  });

  it('tells a slow reader that its log was driven out', async () => {
    const log = memoryLog({ capacity: 1_000 });
    await close(log, '1', 'x'.repeat(500));
    const told = firstValueFrom(
      log.read('1', { ready: () => close(log, '2', 'x'.repeat(600)) }).pipe(toArray()),
    );
    expect((await told).map(({ type }) => type)).toEqual(['entries', 'gone']);
  });

  it('holds no timer for what nobody reads', async () => {
    const log = memoryLog();
    await writer(log, 'open', 'a');
    await close(log, 'closed', '{}');
    expect(left.timers()).toBe(0);
  });

  it('has a timer for each reader that waits, and none when he has left', async () => {
    const log = memoryLog({ retention: 2 ** 40 });
    await writer(log, 'r', 'a');
    const readers = [log.read('r').subscribe(), log.read('r').subscribe()];
    expect(left.timers()).toBe(2);
    readers.forEach((reader) => reader.unsubscribe());
    expect(left.timers()).toBe(0);
  });

  it('does not wake a slow reader of what has gone over and over', async () => {
    const log = memoryLog({ retention: 5 });
    const { append } = await writer(log, 'r', 'a');
    await append(teller()('1'));
    const never = new Promise(() => {});
    const reader = log.read('r', { ready: () => never }).subscribe();
    await until(async () => (await log.stat('r')) === undefined);
    await until(() => Promise.resolve(left.timers() === 0));
    reader.unsubscribe();
  });

  it.each([0, -1, NaN])('takes no capacity of %s', (capacity) => {
    expect(() => memoryLog({ capacity })).toThrow('capacity must be a number from 1 on');
  });
});
