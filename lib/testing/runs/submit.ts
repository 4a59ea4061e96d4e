import { ReplaySubject } from 'rxjs';
import { frameLine } from '../frameLine';
import type { World } from '../World';
import { change } from './change';
import { end } from './end';
import { executing } from './executing';
import type { HeldRun, HeldTurn } from './HeldRun';
import { observe } from './observe';
import { play } from './play';
import { write } from './write';

/**
 * Gives a run a message. "A reply to a run whose turn is still executing is queued; the queued
 * message becomes the next turn." [wire §2]
 */
export const submit = (held: HeldRun, message: string, world: World): 'resumed' | 'queued' => {
  if (executing(held) !== undefined) {
    held.queue.push(message);
    return 'queued';
  }
  begin(held, message, world);
  return 'resumed';
};

const begin = (held: HeldRun, message: string, world: World): void => {
  const turn: HeldTurn = {
    message,
    // "`runs.reply()` is always non-interactive." [wire §5]
    interactive: held.turns.length === 0 && held.record.human_in_the_loop,
    lines: new ReplaySubject(),
    stop: new AbortController(),
    text: '',
    ended: false,
    over: false,
  };
  held.turns.push(turn);
  write(held, 'user', message, world);
  change(held, {
    status: 'running',
    error: null,
    error_code: null,
    stop_reason: null,
    retryable: false,
    started_at: new Date().toISOString(),
  });
  observe(held, turn);

  const next = (): void => {
    const queued = held.queue.shift();
    if (queued !== undefined) begin(held, queued, world);
  };
  play(held, turn, world)
    .catch((error: unknown) => {
      if (turn.stop.signal.aborted || turn.ended) return;
      // The script threw: its author wants to read why.
      turn.lines.next(
        frameLine({ type: 'sdk_error', error: `the script threw: ${String(error)}` }),
      );
    })
    .finally(() => end(held, turn, world, next))
    .catch(() => {});
};
