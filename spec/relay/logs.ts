import { firstValueFrom, toArray } from 'rxjs';
import type { RunEvent } from 'm8tes-rx';
import type { End, Entry, Frame, LogStat, Mark, Reading, RunLog } from 'm8tes-rx/relay';
import { encodeEvent } from '../../lib/events/encode';
import { fingerprints } from '../../lib/log/fingerprints';

/** Text deltas, one for each text. */
export const deltas = (...texts: readonly string[]): readonly RunEvent[] =>
  texts.map((delta) => ({ type: 'text-delta', delta }));

/** Events as a log keeps them. */
export const framesOf = (events: readonly RunEvent[]): readonly Frame[] => {
  const { add } = fingerprints();
  return events.map((event) => ({ data: encodeEvent(event), fingerprint: add(event) }));
};

export const entriesOf = (events: readonly RunEvent[]): readonly Entry[] =>
  framesOf(events).map((frame, index) => ({ pos: index + 1, ...frame }));

/** Where a log is that holds these events. */
export const markOf = (events: readonly RunEvent[]): Mark => {
  const { pos, fingerprint } = entriesOf(events).at(-1) ?? { pos: 0, fingerprint: '' };
  return { pos, fingerprint };
};

/** Somebody's log of a run: what is in it, and how it was closed. */
export const kept = async (
  log: RunLog,
  run: string,
  events: readonly RunEvent[],
  close?: Exclude<End, 'full'>,
  owner = 'somebody',
): Promise<LogStat> => {
  const taken = await log.acquire(run, owner, 60_000);
  if (taken.type !== 'yours') throw new Error(`the log of ${run} is ${taken.type}`);
  const { epoch, at } = taken;
  const frames = framesOf(events).slice(at.pos);
  await log.append({ run, owner, epoch, from: at.pos, frames, lease: 60_000, close });
  await log.release(run, owner);
  return (await log.stat(run))!;
};

/** What a log that is closed holds. */
export const held = async (log: RunLog, run: string): Promise<readonly Entry[]> => {
  const told: readonly Reading[] = await firstValueFrom(log.read(run).pipe(toArray()));
  return told.flatMap((one) => (one.type === 'entries' ? one.entries : []));
};

export const textOf = (events: readonly RunEvent[]): string =>
  events.map((event) => (event.type === 'text-delta' ? event.delta : '')).join('');
