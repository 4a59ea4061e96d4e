import { firstValueFrom, takeWhile, timeout, toArray, type Observable } from 'rxjs';
import { encodeEvent } from '../../events/encode';
import type { RunEvent } from '../../events/RunEvent';
import { fingerprints } from '../../log/fingerprints';
import type { Append, Entry, Frame, Mark, Reading, RunLog } from '../../log/RunLog';

/** Long enough for any test; one that waits for its end takes a short one. */
export const LONG = 600_000;

/** Frames of these texts, that go on where the last ones ended. */
export const teller = (): ((...texts: readonly string[]) => readonly Frame[]) => {
  const { add } = fingerprints();
  return (...texts) =>
    texts.map((delta) => {
      const event: RunEvent = { type: 'text-delta', delta };
      return { data: encodeEvent(event), fingerprint: add(event) };
    });
};

export const numbers = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

export const pause = (ms = 1): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Less than runners give a test, so that it says itself what is wrong. */
const MOST_WAITING = 4_000;

/** Waits until it is so. */
export const until = async <T>(look: () => Promise<T | undefined | false>): Promise<T> => {
  const start = performance.now();
  while (performance.now() - start < MOST_WAITING) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    await pause();
  }
  throw new Error(`what was waited for did not come in ${MOST_WAITING} ms: ${String(look)}`);
};

/** All that a reading tells, which comes to its end. */
export const whole = (reading: Observable<Reading>): Promise<readonly Reading[]> =>
  firstValueFrom(reading.pipe(toArray(), timeout(MOST_WAITING)));

/** Somebody who has a run's office, and appends where the log is. */
export interface Writer {
  readonly epoch: number;
  readonly gen: string;
  readonly at: Mark;
  readonly append: (
    frames: readonly Frame[],
    more?: Partial<Append>,
  ) => ReturnType<RunLog['append']>;
}

/** Takes a run's office, as soon as it can be had. */
export const writer = async (
  log: RunLog,
  run: string,
  owner: string,
  lease = LONG,
): Promise<Writer> => {
  const { epoch, gen, at } = await until(async () => {
    const acquired = await log.acquire(run, owner, lease);
    return acquired.type === 'yours' && acquired;
  });
  let from = at.pos;
  return {
    epoch,
    gen,
    at,
    append: async (frames, more = {}) => {
      const appended = await log.append({ run, owner, epoch, from, frames, lease, ...more });
      if (appended.type === 'appended') from = appended.pos;
      return appended;
    },
  };
};

/** All that a run's log holds now. */
export const contents = async (log: RunLog, run: string): Promise<readonly Entry[]> => {
  const last = (await log.stat(run))?.at.pos ?? 0;
  if (last === 0) return [];
  const readings = await whole(
    log
      .read(run)
      .pipe(takeWhile((one) => one.type === 'entries' && one.entries.at(-1)!.pos < last, true)),
  );
  return readings.flatMap((one) => (one.type === 'entries' ? one.entries : []));
};
