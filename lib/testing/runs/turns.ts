import { catchError, EMPTY, finalize, ReplaySubject, Subscription } from 'rxjs';
import { frameLine } from '../Line';
import { now } from '../clock';
import type { MessageRecord } from '../records';
import type { Frame } from '../Script';
import type { World } from '../World';
import { change, executing, type HeldRun, type HeldTurn } from './HeldRun';
import { observe } from './observe';
import { play } from './play';

/**
 * Gives a run a message. "A reply to a run whose turn is still executing is queued; the queued
 * message becomes the next turn." [wire §2]
 */
export const submit = (held: HeldRun, message: string, world: World): 'resumed' | 'queued' => {
  const isQueued = executing(held) !== undefined;
  if (isQueued) held.queue.push(message);
  else begin(held, message, world);
  held.tell(held.turns.length > 1 || isQueued ? 'run.message_received' : 'run.started');
  return isQueued ? 'queued' : 'resumed';
};

const begin = (held: HeldRun, message: string, world: World): void => {
  const turn: HeldTurn = {
    message,
    // "`runs.reply()` is always non-interactive." [wire §5]
    interactive: held.turns.length === 0 && held.record.human_in_the_loop,
    lines: new ReplaySubject(),
    playing: new Subscription(),
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
    started_at: now(),
  });
  observe(held, turn);

  const next = (): void => {
    const queued = held.queue.shift();
    if (queued !== undefined) begin(held, queued, world);
  };
  /** The script threw: its author wants to read why. */
  const tell = (error: unknown): void =>
    turn.lines.next(frameLine({ type: 'sdk_error', error: `the script threw: ${String(error)}` }));
  const played = play(held, turn, world).pipe(
    catchError((error: unknown) => {
      if (!turn.ended) tell(error);
      return EMPTY;
    }),
    finalize(() => end(held, turn, world, next)),
  );
  turn.playing.add(played.subscribe());
};

/** Stops what a run is executing; the frame says how it ended. Messages in the queue are dropped. */
export const stop = (held: HeldRun, ending: Frame): void => {
  const turn = executing(held);
  if (turn === undefined) return;
  for (const _ of held.queue.splice(0)) held.tell('run.message_cancelled');
  if (!turn.ended) turn.lines.next(frameLine(ending));
  turn.playing.unsubscribe();
};

/** A turn is over. What comes next begins before its streams close, so that they can go on to it. */
const end = (held: HeldRun, turn: HeldTurn, world: World, next: () => void): void => {
  if (turn.over) return;
  turn.over = true;
  if (turn.text !== '') write(held, 'assistant', turn.text, world);
  next();
  turn.lines.complete();
};

/** Adds to a run's transcript. */
const write = (
  held: HeldRun,
  role: MessageRecord['role'],
  content: string,
  { nextId }: World,
): void => {
  held.messages.push({
    id: nextId('message'),
    run_id: held.record.id,
    sequence: held.messages.length + 1,
    role,
    content,
    content_blocks: [{ type: 'text', text: content }],
    event_metadata: null,
    created_at: now(),
  });
};
