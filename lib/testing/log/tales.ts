import { firstValueFrom, takeWhile, toArray } from 'rxjs';
import { encodeEvent } from '../../events/encode';
import type { RunEvent } from '../../events/RunEvent';
import { fingerprints } from '../../log/fingerprints';
import type { Append, Entry, Frame, Mark, RunLog } from '../../log/RunLog';

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

/** Waits until it is so; the runner's own limit is the only one. */
export const until = async <T>(look: () => Promise<T | undefined | false>): Promise<T> => {
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    await pause();
  }
};

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
  const readings = log.read(run).pipe(
    takeWhile((reading) => reading.type === 'entries' && reading.entries.at(-1)!.pos < last, true),
    toArray(),
  );
  return (await firstValueFrom(readings)).flatMap((reading) =>
    reading.type === 'entries' ? reading.entries : [],
  );
};
