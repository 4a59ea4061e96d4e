import { firstValueFrom, lastValueFrom, map, merge, NEVER, take } from 'rxjs';
import { memoryLog, type Reading, type RunLog } from 'm8tes-rx/relay';
import { names } from '../../lib/relay/names';
import { leftovers } from '../helpers/leftovers';

const set = (log: RunLog, owner: string, name: string, run_id: number) =>
  lastValueFrom(names(log).set(owner, name, run_id), { defaultValue: undefined });
const get = (log: RunLog, owner: string, name: string) =>
  firstValueFrom(names(log).get(owner, name));

/** What a log has of it that was cut behind its first entry. */
const firstOf = (reading: Reading): Reading =>
  reading.type === 'entries' ? { ...reading, entries: reading.entries.slice(0, 1) } : reading;

describe('names', () => {
  leftovers();

  it('stand for a run, on whatever machine has the log, and for the latest that was named', async () => {
    const log = memoryLog();
    expect(await get(log, 'ann', 'chat')).toBeUndefined();
    await set(log, 'ann', 'chat', 7);
    expect(await get(log, 'ann', 'chat')).toBe(7);
    for (let run_id = 8; run_id < 400; run_id++) await set(log, 'ann', 'chat', run_id);
    expect(await get(log, 'ann', 'chat')).toBe(399); // of more entries than are told at once
  });

  it('are their owner’s: those of two people never meet, however they are put together', async () => {
    const log = memoryLog();
    await set(log, 'ann', 'chat', 7);
    for (const [owner, name] of [
      ['bob', 'chat'],
      ['ann', 'chat '],
      ['annc', 'hat'],
      ['', 'annchat'],
      ['ann","chat', ''],
    ] as const)
      expect(await get(log, owner, name)).toBeUndefined();
    expect(await log.stat('7')).toBeUndefined(); // nor is one a run
    await set(log, 'ann', '../../etc', 9);
    expect(await get(log, 'ann', '../../etc')).toBe(9);
  });

  it('are set one after the other by all who set them at once', async () => {
    const log = memoryLog();
    await Promise.all([1, 2, 3, 4].map((run_id) => set(log, 'ann', 'chat', run_id)));
    expect([1, 2, 3, 4]).toContain(await get(log, 'ann', 'chat'));
  });

  it('are no name while their log says nothing, and an error where it fails', async () => {
    const log = memoryLog();
    const silent: RunLog = {
      ...log,
      stat: () => Promise.reject(new Error('the log is away')),
      acquire: () => Promise.resolve({ type: 'closed', end: 'full' }),
    };
    await expect(get(silent, 'ann', 'chat')).rejects.toThrow('away');
    await expect(set(silent, 'ann', 'chat', 7)).rejects.toThrow('closed');
  });

  it.each<[string, (log: RunLog) => RunLog['read']]>([
    ['says nothing', () => () => NEVER],
    ['lost its end', (log) => (run) => merge(log.read(run).pipe(map(firstOf), take(1)), NEVER)],
  ])('are not taken for unknown where a log that has them %s', async (_, read) => {
    const log = memoryLog();
    await set(log, 'ann', 'chat', 7);
    await set(log, 'ann', 'chat', 8);
    jest.useFakeTimers({ doNotFake: ['queueMicrotask', 'nextTick', 'setImmediate'] });
    try {
      let told: unknown = 'nothing';
      void get({ ...log, read: read(log) }, 'ann', 'chat').then(
        (run_id) => (told = run_id),
        (error: unknown) => (told = String(error)),
      );
      while (told === 'nothing') {
        await jest.advanceTimersByTimeAsync(1_000);
        await new Promise((resolve) => setImmediate(resolve)); // it is digested elsewhere
      }
      expect(told).toMatch('could not be read');
    } finally {
      jest.useRealTimers();
    }
  });

  it('are kept though nobody hears that they are free again, and an error where they are not', async () => {
    const log = memoryLog();
    const deaf: RunLog = { ...log, release: () => Promise.reject(new Error('the log is away')) };
    await set(deaf, 'ann', 'chat', 7);
    expect(await get(log, 'ann', 'chat')).toBe(7);
    const lost: RunLog = { ...log, append: () => Promise.resolve({ type: 'gone' }) };
    await expect(set(lost, 'ann', 'other', 7)).rejects.toThrow('not kept');
  });
});
