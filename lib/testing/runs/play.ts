import {
  concat,
  concatMap,
  defer,
  delayWhen,
  EMPTY,
  expand,
  finalize,
  ignoreElements,
  isObservable,
  map,
  of,
  type Observable,
} from 'rxjs';
import { InvalidArgumentError } from '../../errors';
import type { RunEvent } from '../../events/RunEvent';
import { bytesOf } from '../bytes';
import { frameLine, type Line } from '../Line';
import type { Frame, Step, Verdict } from '../Script';
import type { World } from '../World';
import { ask } from './gates';
import type { HeldRun, HeldTurn } from './HeldRun';

const ALREADY: readonly Verdict[] = [];

/** What is decided once a step has taken its time; `undefined` where it takes none. */
type Taken = Observable<readonly Verdict[]> | undefined;

/** An event that nobody knows is sent as it came. */
const stepOf = (given: Step | RunEvent): Step =>
  'raw' in given ? (given.raw as Frame) : (given as Step);

/** Plays the script of one turn, at the world's pace. Unsubscribing stops it. */
export const play = (held: HeldRun, turn: HeldTurn, world: World): Observable<never> => {
  const { rest, pace } = world;

  const send = (line: Line): Taken => {
    const sent = (): readonly Verdict[] => {
      turn.lines.next(line);
      return ALREADY;
    };
    if (!turn.ended) return rest(pace).pipe(map(sent));
    sent();
    return undefined;
  };

  const perform = (step: Step): Taken => {
    if ('type' in step) return send(frameLine(step));
    if (step.step === 'raw') return send({ bytes: bytesOf(step.bytes) });
    if (step.step === 'wait') return rest(step.ms).pipe(map(() => ALREADY));
    // Whoever decides is answered before the run goes on.
    if (step.step === 'ask')
      return ask(held, turn, step.asks, world).pipe(delayWhen(() => rest(0)));
    if (step.step === 'cut') {
      held.cuts.next(step.how);
      return undefined;
    }
    if (step.step === 'output') {
      turn.output_data = step.output_data;
      return undefined;
    }
    const { name, content } = step;
    held.files.set(name, { name, type: 'application/octet-stream', bytes: bytesOf(content) });
    return undefined;
  };

  const stepped = (steps: Iterator<Step, unknown, readonly Verdict[]>): Observable<unknown> => {
    const advance = (decided: readonly Verdict[]): Observable<readonly Verdict[]> => {
      let next = steps.next(decided);
      while (next.done !== true && !turn.over) {
        const taken = perform(next.value);
        if (taken !== undefined) return taken;
        next = steps.next(ALREADY);
      }
      return EMPTY;
    };
    const close = (): void => {
      try {
        steps.return?.();
      } catch {
        // It is stopped, and nobody hears what it throws in its `finally`.
      }
    };
    return of(ALREADY).pipe(expand(advance), finalize(close));
  };

  const scripted = (): Observable<unknown> => {
    const { message } = turn;
    const number = held.turns.indexOf(turn);
    const script = world.script({ message, turn: number, run: held.record });
    if (isObservable(script))
      return script.pipe(concatMap((step) => perform(stepOf(step)) ?? EMPTY));
    if (Symbol.iterator in script) return stepped(script[Symbol.iterator]());
    throw new InvalidArgumentError('script', 'must give its steps, and no Promise of them');
  };

  return concat(
    defer(
      () => send(frameLine({ type: 'metadata', payload: { run_id: held.record.id } })) ?? EMPTY,
    ),
    defer(scripted),
    defer(() =>
      turn.ended ? EMPTY : (send(frameLine({ type: 'done', stop_reason: 'end_turn' })) ?? EMPTY),
    ),
  ).pipe(ignoreElements());
};
