import { bytesOf } from '../bytes';
import { loopTurn, sleep } from '../clock';
import { frameLine, type Line } from '../Line';
import type { Step, Verdict } from '../Script';
import type { World } from '../World';
import { ask } from './gates';
import type { HeldRun, HeldTurn } from './HeldRun';

const ALREADY: readonly Verdict[] = [];

/** Plays the script of one turn, at the world's pace. Rejects when the turn is stopped. */
export const play = async (held: HeldRun, turn: HeldTurn, world: World): Promise<void> => {
  const { signal } = turn.stop;

  /** Silence before a frame. Instant is a turn of the event loop: each frame is a write of its own. */
  const rest = async (ms: number): Promise<void> => {
    if (ms > 0) await sleep(ms, signal);
    else await loopTurn();
    signal.throwIfAborted();
  };

  const send = async (line: Line): Promise<void> => {
    if (!turn.ended) await rest(world.pace);
    turn.lines.next(line);
  };

  const perform = async (step: Step): Promise<readonly Verdict[]> => {
    if ('type' in step) await send(frameLine(step));
    else if (step.step === 'raw') await send({ bytes: bytesOf(step.bytes) });
    else if (step.step === 'wait') await rest(step.ms);
    else if (step.step === 'cut') held.cuts.next(step.how);
    else if (step.step === 'ask') return untilStopped(ask(held, turn, step.asks, world), signal);
    else {
      const { name, content } = step;
      held.files.set(name, { name, type: 'application/octet-stream', bytes: bytesOf(content) });
    }
    return ALREADY;
  };

  await send(frameLine({ type: 'metadata', payload: { run_id: held.record.id } }));
  const script = world.script({
    message: turn.message,
    turn: held.turns.indexOf(turn),
    run: held.record,
  });
  const steps = script[Symbol.iterator]();
  try {
    let next = steps.next(ALREADY);
    while (next.done !== true) next = steps.next(await perform(next.value));
    if (!turn.ended) await send(frameLine({ type: 'done', stop_reason: 'end_turn' }));
  } finally {
    steps.return?.();
  }
};

const untilStopped = <T>(promise: Promise<T>, signal: AbortSignal): Promise<T> =>
  new Promise((resolve, reject) => {
    const stopped = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', stopped);
    promise
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', stopped))
      .catch(reject);
  });
