import { firstValueFrom, takeWhile, toArray } from 'rxjs';
import { decodeEvent } from '../../events/decode';
import { encodeEvent } from '../../events/encode';
import { channelOf, deltaOf, withDelta } from '../../events/kinds';
import type { RunEvent } from '../../events/RunEvent';
import { fingerprints } from '../../log/fingerprints';
import type { Frame, Mark, RunLog } from '../../log/RunLog';
import { random } from '../random';
import type { Bench, Tested } from './Contract';
import { contents, numbers, pause, until } from './tales';

type Chance = () => number;
const below = (chance: Chance, count: number): number => Math.floor(chance() * count);

/** An event as what it tells, piece by piece: the characters of a delta, or itself. */
const units = (event: RunEvent): readonly string[] => {
  const delta = deltaOf(event);
  return delta ? Array.from(delta, (unit) => `${channelOf(event)}/${unit}`) : [encodeEvent(event)];
};

/** A run as the API would tell it: deltas whole. */
const story = (chance: Chance): readonly RunEvent[] => [
  { type: 'metadata', payload: { run_id: 7 } },
  ...numbers(1, 6).flatMap((n): RunEvent[] => {
    const delta = numbers(1, 2 + below(chance, 20)).join(chance() < 0.5 ? ' ' : '🎈');
    if (chance() < 0.3) return [{ type: 'tool-call-start', toolCallId: `tc_${n}` }];
    if (chance() < 0.3) return [{ type: 'thinking-delta', delta, id: `t${n % 2}` }];
    return [{ type: 'text-delta', delta }];
  }),
  { type: 'done', stop_reason: 'end_turn' },
];

/** The rest of a story after so many units, its deltas cut anywhere. */
const replay = (tale: readonly RunEvent[], told: number, chance: Chance): readonly RunEvent[] => {
  let skip = told;
  return tale.flatMap((event) => {
    const letters = Array.from(deltaOf(event) || '');
    const length = letters.length || 1;
    const skipped = Math.min(skip, length);
    skip -= skipped;
    if (skipped === length) return [];
    if (letters.length === 0) return [event];
    const pieces: RunEvent[] = [];
    for (let at = skipped; at < length;) {
      const end = at + 1 + below(chance, 9);
      pieces.push(withDelta(event, letters.slice(at, end).join('')));
      at = end;
    }
    return pieces;
  });
};

/** Somebody who reads the API for all, dies, sleeps, wakes, and repeats itself. */
const pump = (
  log: RunLog,
  run: string,
  owner: string,
  tale: readonly RunEvent[],
  chance: Chance,
) => {
  /** The whole log as this pump knows it, and how much of it is written. */
  let frames: Frame[] = [];
  let pos = 0;
  let epoch = 0;

  const start = async (): Promise<void> => {
    const acquired = await until(async () => {
      const answer = await log.acquire(run, owner, 1);
      return answer.type !== 'held' && answer;
    });
    if (acquired.type === 'closed') return;
    ({ epoch } = acquired);
    ({ pos } = acquired.at);
    const { add } = fingerprints();
    const held = (await contents(log, run)).map(({ data }) => decodeEvent(data));
    const events = [...held, ...replay(tale, held.flatMap(units).length, chance)];
    frames = events.map((event) => ({ data: encodeEvent(event), fingerprint: add(event) }));
  };

  const append = async (count: number, repeats = 1): Promise<string> => {
    const next = frames.slice(pos, pos + count);
    const close = pos + count >= frames.length ? ({ close: 'ended' } as const) : {};
    const batch = { run, owner, epoch, from: pos, frames: next, lease: 1, ...close };
    let appended = await log.append(batch);
    for (let n = 1; n < repeats; n++) appended = await log.append(batch);
    if (appended.type === 'appended' || appended.type === 'gap') ({ pos } = appended);
    return appended.type;
  };

  return { start, append, isOver: () => pos >= frames.length };
};

/** Somebody who watches to the end: what he was told, and whether it was ever told wrong. */
const viewer = async (log: RunLog, run: string): Promise<readonly string[]> => {
  const told: string[] = [];
  let after: Mark | undefined;
  for (;;) {
    // Who has to begin again is told what he knows already, and drops it.
    let known = after === undefined ? [...told] : [];
    const readings = log.read(run, { after }).pipe(
      takeWhile(({ type }) => type === 'entries', true),
      toArray(),
    );
    for (const reading of await firstValueFrom(readings)) {
      if (reading.type === 'closed') return told;
      if (reading.type !== 'entries') after = undefined;
      else {
        for (const unit of reading.entries.flatMap(({ data }) => units(decodeEvent(data)))) {
          const [expected, ...rest] = known;
          known = rest;
          if (expected === undefined) told.push(unit);
          else if (expected !== unit) told.push(`${expected} became ${unit}`);
        }
        after = reading.entries.at(-1);
      }
    }
    await pause();
  }
};

const ops = ['append', 'append', 'append', 'take over', 'repeat', 'wake', 'lose', 'watch'] as const;

/** One run, in which everything happens; its story, and what each viewer was told. */
const played = async ({ log, other, lose }: Tested, seed: number) => {
  const chance = random(seed);
  const run = `interleaving ${seed}`;
  const tale = story(chance);
  let pumps = 0;
  const newPump = () => pump(chance() < 0.5 ? log : other, run, `pump ${++pumps}`, tale, chance);
  const slept: ReturnType<typeof newPump>[] = [];
  const wrong: string[] = [];
  let at = newPump();
  await at.start();
  const viewers = [viewer(other, run)];

  for (let n = 0; n < 25 && !at.isOver(); n++) {
    const op = ops[below(chance, ops.length)]!;
    if (op === 'take over') {
      slept.push(at);
      at = newPump();
      await at.start();
    } else if (op === 'wake') {
      const woken = slept[below(chance, slept.length)];
      const answer = await woken?.append(1 + below(chance, 3));
      if (answer !== undefined && answer !== 'fenced') wrong.push(`one that slept: ${answer}`);
    } else if (op === 'lose') {
      await lose(run, 1 + below(chance, 4));
    } else if (op === 'watch') {
      viewers.push(viewer(chance() < 0.5 ? log : other, run));
    } else {
      const answer = await at.append(1 + below(chance, 4), op === 'repeat' ? 2 : 1);
      if (answer !== 'appended' && answer !== 'gap') wrong.push(`who writes: ${answer}`);
    }
  }
  while ((await log.stat(run))?.end === undefined) await at.append(3);
  return { told: tale.flatMap(units), viewers: await Promise.all(viewers), wrong };
};

/** Whatever writers and storage do to one another, every viewer's text is the run's. */
export const interleavings = ({ withLog, expectEqual }: Bench): void => {
  for (const first of [1, 21, 41]) {
    withLog(`tells every viewer all, once: seeds from ${first}`, async (under) => {
      for (const seed of numbers(first, first + 19)) {
        const { told, viewers, wrong } = await played(under, seed);
        expectEqual(
          { seed, viewers, wrong },
          { seed, viewers: viewers.map(() => told), wrong: [] },
        );
      }
    });
  }
};
