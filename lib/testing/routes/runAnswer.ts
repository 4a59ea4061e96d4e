import type { Answer } from '../Answer';
import type { Run } from '../Run';
import { jsonAnswer } from '../jsonAnswer';
import type { HeldRun } from '../runs/HeldRun';
import type { World } from '../World';
import { runStream } from './runStream';

/** A run that was given a message: its stream or its record, and what a repeat of that will get. */
export const runAnswer = (
  held: HeldRun,
  stream: boolean,
  world: World,
  fields: Partial<Run> = {},
): Answer => ({
  ...(stream
    ? runStream(held, held.turns.at(-1)!.lines, world)
    : jsonAnswer({ ...held.record, ...fields })),
  made: { held, fields },
});
