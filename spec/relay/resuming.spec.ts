import { firstValueFrom, NEVER } from 'rxjs';
import { memoryLog, type RunLog } from 'm8tes-rx/relay';
import { resuming } from '../../lib/relay/resuming';
import { toldBy } from '../helpers/told';
import { deltas, kept, markOf } from './logs';

const events = deltas('Here ', 'are', ' the', ' tickets');

const from = async (
  { pos, fingerprint }: { pos: number; fingerprint: string },
  { log = memoryLog(), gen }: { log?: RunLog; gen?: string } = {},
) => {
  const stat = (await log.stat('r')) ?? (await kept(log, 'r', events));
  return firstValueFrom(resuming(log, 'r', stat, { gen: gen ?? stat.gen, pos, fingerprint }));
};

describe('resuming', () => {
  const middle = markOf(events.slice(0, 2));
  const end = markOf(events);

  it('is the place of the cursor in the log that gave it', async () => {
    expect(await from(middle)).toEqual({ after: middle });
    expect(await from(end)).toEqual({ after: end, end: undefined });
  });

  it('says how the log was closed that has nothing more', async () => {
    const log = memoryLog();
    await kept(log, 'r', events, 'interrupted');
    expect(await from(end, { log })).toEqual({ after: end, end: 'interrupted' });
    expect(await from(middle, { log })).toEqual({ after: middle });
  });

  it('is looked for in another log, by what was told', async () => {
    expect(await from(middle, { gen: 'other' })).toEqual({ after: middle, sought: true });
    const cut = markOf(deltas('He', 're a'));
    expect(await from(cut, { gen: 'other' })).toEqual({ after: cut, sought: true });
    expect(await from({ ...middle, pos: 99 }, { gen: 'other' })).toEqual({
      after: { ...middle, pos: 99 },
      sought: true,
    });
  });

  it('is looked for in a log that got its end again in other pieces', async () => {
    const cut = markOf(deltas('Here are the', ' tick'));
    expect(await from(cut)).toEqual({ after: cut, sought: true });
    expect(await from({ ...cut, pos: 4 })).toEqual({ after: { ...cut, pos: 4 }, sought: true });
  });

  it('waits for a log that is not there again yet', async () => {
    const later = markOf([...events, ...deltas(' that')]);
    expect(await from(later)).toEqual({ after: later, sought: true });
  });

  it('is nowhere where nothing of it was told', async () => {
    const log = memoryLog();
    await kept(log, 'r', events, 'ended');
    const later = markOf([...events, ...deltas(' that')]);
    expect(await from(later, { log })).toBe(undefined); // closed: it will never come
    const fingerprint = '0123456789abcdef';
    expect(await from({ pos: 2, fingerprint })).toBe(undefined);
    expect(await from({ pos: 4, fingerprint })).toBe(undefined);
    expect(await from({ pos: 2, fingerprint }, { gen: 'other' })).toBe(undefined);
  });

  it('is nowhere in a log that is empty, and waits for nothing there', async () => {
    const log = memoryLog();
    await kept(log, 'r', []); // made by a pump that is gone
    expect(await from(middle, { log, gen: 'other' })).toBe(undefined);
  });

  it('looks at what there is, and does not wait for more', async () => {
    const log = memoryLog();
    await kept(log, 'r', events); // open
    expect(await from(markOf(deltas('elsewhere')), { log, gen: 'other' })).toBe(undefined);
  });

  it('waits for no log that lost its end while it was looked at', async () => {
    jest.useFakeTimers();
    try {
      const log = memoryLog();
      const stat = await kept(log, 'r', events);
      const lost: RunLog = { ...log, read: () => NEVER };
      const cursor = { ...middle, gen: 'other' };
      const told = toldBy(resuming(lost, 'r', stat, cursor));
      await jest.advanceTimersByTimeAsync(2_000);
      expect(told).toMatchObject({ values: [undefined], ended: 'completed' });

      const here = toldBy(resuming(lost, 'r', stat, { ...middle, gen: stat.gen }));
      await jest.advanceTimersByTimeAsync(2_000);
      expect(here).toMatchObject({ values: [{ after: middle }], ended: 'completed' });
    } finally {
      jest.useRealTimers();
    }
  });
});
