import { firstValueFrom, toArray } from 'rxjs';
import { memoryLog, type RunLog } from 'm8tes-rx/relay';
import { impatient } from '../../lib/relay/impatient';
import { leftovers } from '../helpers/leftovers';
import { deltas, kept } from './logs';

describe('impatient', () => {
  const { timers } = leftovers();

  it('is the log, where that answers', async () => {
    const log = memoryLog();
    const stat = await kept(impatient(log, 10_000), 'r', deltas('a'), 'ended');
    expect(stat).toEqual(await log.stat('r'));
    const told = await firstValueFrom(impatient(log, 10_000).read('r').pipe(toArray()));
    expect(told.map(({ type }) => type)).toEqual(['entries', 'closed']);
    expect(timers()).toBe(0);
  });

  it('has the error of a log that fails', async () => {
    const down = new Error('down');
    const stat = () => Promise.reject(down);
    await expect(impatient({ ...memoryLog(), stat }, 10_000).stat('r')).rejects.toBe(down);
    const throws = (): never => {
      throw down;
    };
    await expect(impatient({ ...memoryLog(), stat: throws }, 10_000).stat('r')).rejects.toBe(down);
  });

  it('waits for no answer for ever', async () => {
    jest.useFakeTimers();
    try {
      const never = () => new Promise<never>(() => {});
      const hangs = { acquire: never, append: never, stat: never, release: never };
      const log: RunLog = impatient({ ...memoryLog(), ...hangs }, 10_000);
      const asked = [
        log.acquire('r', 'o', 1),
        log.append({ run: 'r', owner: 'o', epoch: 1, from: 0, frames: [], lease: 1 }),
        log.stat('r'),
        log.release('r', 'o'),
      ].map((answer) => expect(answer).rejects.toThrow('the log has not answered within 10000 ms'));
      await jest.advanceTimersByTimeAsync(10_000);
      await Promise.all(asked);
    } finally {
      jest.useRealTimers();
    }
  });
});
