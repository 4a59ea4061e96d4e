import { isRight } from 'fp-ts/Either';
import { canonical } from './canonical';
import { isObject, problems } from './record';
import { codecs, RunEvent, type EventOf } from './RunEvent';

/** "`data: [DONE]` is the end marker", and "blanks around it do not matter". [wire §3] */
export const isMarker = (data: string): boolean =>
  data.charCodeAt(0) !== 0x7b /* { */ && data.trim() === '[DONE]';

/** Nine frames in ten are text deltas, and finding their codec takes six times as long as this. */
const isTextDelta = (frame: { readonly [K in keyof EventOf<'text-delta'>]?: unknown }): boolean =>
  frame.type === 'text-delta' &&
  typeof frame.delta === 'string' &&
  (frame.id === undefined || typeof frame.id === 'string');

/**
 * Whether a frame's JSON is an event as it stands: of a known type, in its canonical spelling, with
 * no field to mend. Nearly all are, and seeing it allocates nothing.
 */
export const fits = (frame: unknown): frame is RunEvent =>
  isObject(frame) &&
  (isTextDelta(frame) ||
    (codecs.get(frame['type'])?.is(frame) === true && canonical(frame) === frame));

/** The frames of events that are not their frame as it came, for as long as somebody has the event. */
const frames = new WeakMap<RunEvent, unknown>();

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
  if (fits(frame)) return frame;
  const decoded = RunEvent.decode(frame);
  if (!isRight(decoded)) return { type: 'malformed', data, problems: problems(decoded.left) };
  frames.set(decoded.right, frame);
  return decoded.right;
};

/**
 * The frame that an event was decoded from, as it came: with the fields that did not fit, and in its
 * own spelling. Most events are their frame, and so is one that you made or copied.
 */
export const frameOf = (event: RunEvent): { readonly [field: string]: unknown } =>
  (frames.get(event) ?? event) as { readonly [field: string]: unknown };
