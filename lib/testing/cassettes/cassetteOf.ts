import { lastValueFrom, takeWhile, toArray } from 'rxjs';
import { InvalidArgumentError, printable } from '../../errors';
import { decodeEvent } from '../../events/decode';
import { hasEnded } from '../../events/kinds';
import type { End, Entry, RunLog } from '../../log/RunLog';
import { allowed, rule, type Rules } from '../allowed';
import { utf8 } from '../bytes';
import { header, linesOf, type Act, type Chunk, type Ending } from './acts';
import { redacted, type Redact } from './redact';
import { secrets } from './secrets';

/** How a cassette is made of a log. */
export interface CassetteOfOptions {
  /** What is written in place of a frame. */
  readonly redact?: Redact | undefined;
}

const rules: Rules<CassetteOfOptions> = { redact: rule.callback };

const wrong = (run: string, why: string): InvalidArgumentError =>
  new InvalidArgumentError('run', `${printable(run)} ${why}`);

/** What a log holds of a run by now, and why it is closed. */
const kept = async (
  log: RunLog,
  run: string,
): Promise<{ readonly entries: readonly Entry[]; readonly end: End | undefined }> => {
  const stat = await log.stat(run);
  if (stat === undefined) throw wrong(run, 'is not in the log, or no longer');
  const { at, end, floor } = stat;
  if (floor > 1) throw wrong(run, 'has lost its beginning: the log keeps no more of it');
  if (at.pos === 0) return { entries: [], end };
  // What is open would be told for as long as it goes on.
  const isMore = (pos: number | undefined): boolean => pos !== undefined && pos < at.pos;
  const readings = log.read(run).pipe(
    takeWhile((reading) => reading.type === 'entries' && isMore(reading.entries.at(-1)?.pos), true),
    toArray(),
  );
  const entries = (await lastValueFrom(readings)).flatMap((reading) => {
    if (reading.type === 'entries') return reading.entries.filter(({ pos }) => pos <= at.pos);
    if (reading.type === 'closed') return [];
    throw wrong(run, 'was lost from the log while it was read');
  });
  return { entries, end };
};

/** A frame as the API sends it. */
const chunkOf = (data: string): Chunk => {
  const lines = data.split(/\r\n|\r|\n/).map((line) => `data: ${line}\n`);
  return { after: 0, bytes: utf8(`${lines.join('')}\n`) };
};

/** What follows an ending and takes it back begins a turn. */
const turnsOf = (entries: readonly Entry[]) => {
  const turns: Chunk[][] = [[]];
  let ended = false;
  let run_id: number | undefined;
  for (const { data } of entries) {
    const event = decodeEvent(data);
    const endsNow = hasEnded(ended, event);
    if (ended && !endsNow) turns.push([]);
    ended = endsNow;
    if (event.type === 'metadata') run_id ??= event.payload.run_id;
    turns.at(-1)!.push(chunkOf(data));
  }
  return { turns, run_id };
};

/** How the stream of a run's last turn ends. */
const endingOf = (end: End | undefined): Ending => {
  if (end === 'ended') return 'end';
  return end === undefined ? 'stall' : 'reset';
};

const stream = { 'content-type': 'text/event-stream' };

/**
 * The cassette of a run that a relay's log has kept, as it is by now: a run that failed in production,
 * to be failed again by {@link replay}. One that is still going on stays open at its end; one that was
 * interrupted breaks off there.
 *
 * The log has the run's events, and neither what was asked nor when they came: the cassette answers
 * `runs.create()` whatever it is asked with, and `runs.reply()` with each further turn; a frame is a
 * chunk, and comes at once. What is nobody's business in a test, `redact` takes out.
 *
 * @example
 * ```ts
 * import { createClient } from 'm8tes-rx';
 * import type { RunLog } from 'm8tes-rx/relay';
 * import { cassetteOf, replay } from 'm8tes-rx/testing';
 *
 * const failed = async (log: RunLog) => {
 *   const { transport } = replay(await cassetteOf(log, '4711'));
 *   return createClient({ transport, apiKey: 'm8_any' }).runs.create({ message: 'Triage.' });
 * };
 * ```
 *
 * @param run its name in the log.
 * @throws InvalidArgumentError (the Promise rejects with it) when the log does not hold the run, from
 *   its beginning.
 */
export const cassetteOf = async (
  log: RunLog,
  run: string,
  options: CassetteOfOptions = {},
): Promise<string> => {
  allowed('', options, rules);
  const { redact } = options;
  const { entries, end } = await kept(log, run);
  const { turns, run_id = run } = turnsOf(entries);
  const { chunks: masked } = secrets();
  const acts = turns.map((chunks, turn): Act => {
    const asked = {
      method: 'POST',
      path: turn === 0 ? '/api/v2/runs/' : `/api/v2/runs/${run_id}/reply`,
    };
    const shown =
      redact === undefined
        ? chunks
        : redacted(chunks, stream['content-type'], redact, { ...asked });
    return {
      ...asked,
      headers: {},
      any: true,
      answer: { status: 200, headers: stream, after: 0 },
      chunks: masked(shown),
      ending: turn === turns.length - 1 ? endingOf(end) : 'end',
      after: 0,
    };
  });
  return `${[header(new Date()), ...acts.flatMap(linesOf)].join('\n')}\n`;
};
