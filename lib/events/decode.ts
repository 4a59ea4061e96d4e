import { isRight } from 'fp-ts/Either';
import { canonical } from './canonical';
import { isObject, problems } from './record';
import { codecs, RunEvent, type EventOf } from './RunEvent';

/** @inline */
type Frame = { readonly [field: string]: unknown };

/** "`data: [DONE]` is the end marker", and "blanks around it do not matter". [wire §3] */
export const isMarker = (data: string): boolean =>
  data.charCodeAt(0) !== 0x7b /* { */ && data.trim() === '[DONE]';

/** Nine frames in ten are text deltas, and finding their codec takes six times as long as this. */
const isTextDelta = (frame: { readonly [K in keyof EventOf<'text-delta'>]?: unknown }): boolean =>
  frame.type === 'text-delta' &&
  typeof frame.delta === 'string' &&
  (frame.id === undefined || typeof frame.id === 'string');

/**
 * The event in a frame that has no field to mend: the frame itself, or in its canonical spelling.
 * Nearly all are, and seeing it allocates nothing.
 */
export const fitting = (frame: Frame): RunEvent | undefined => {
  if (isTextDelta(frame)) return frame as EventOf<'text-delta'>;
  const spelt = canonical(frame);
  return codecs.get(spelt['type'])?.is(spelt) === true ? (spelt as RunEvent) : undefined;
};

/** The frames of events that had to be mended, for as long as somebody has the event. */
const mended = new WeakMap<RunEvent, Frame>();

/**
 * The event in a frame's data. Total: what cannot be understood becomes `unknown` or `malformed`,
 * because one bad frame must never end the stream of a run that is being paid for.
 *
 * A known type stays what it is whatever its fields hold: one of the wrong type is mended (`7` where
 * text is expected is `"7"`) or absent. `[DONE]`, the stream's end marker, says what a bare `done`
 * says. [wire §3]
 *
 * @see frameOf for a frame as it came
 */
export const decodeEvent = (data: string): RunEvent => {
  if (isMarker(data)) return { type: 'done' };
  let frame: unknown;
  try {
    frame = JSON.parse(data);
  } catch {
    return { type: 'malformed', data, problems: ['the whole: expected JSON'] };
  }
  const event = isObject(frame) ? fitting(frame) : undefined;
  if (event === frame) return event as RunEvent;
  if (event !== undefined) return kept(event, frame as Frame);
  const decoded = RunEvent.decode(frame);
  return isRight(decoded)
    ? kept(decoded.right, frame as Frame)
    : { type: 'malformed', data, problems: problems(decoded.left) };
};

/** An event that is not its frame: a native one is its other spelling, any other had to be mended. */
const kept = (event: RunEvent, frame: Frame): RunEvent => {
  if (codecs.has(frame['type'])) mended.set(event, frame);
  return event;
};

/**
 * The frame that an event was decoded from, as it came, with the fields that had to be mended. Most
 * events need none and are their frame, in its canonical spelling.
 */
export const frameOf = (event: RunEvent): Frame =>
  event.type === 'unknown' ? event.raw : (mended.get(event) ?? (event as Frame));
