import * as t from 'io-ts';
import { canonical } from './canonical';
import { codecs, type Protocol } from './codecs';
import { object } from './object';
import { record, type RecordOf } from './record';

/** A frame of a type this version does not know, whole. A server newer than the client is normal. */
export interface UnknownEvent {
  readonly type: 'unknown';
  /** The type on the wire; empty when the frame had none. */
  readonly name: string;
  readonly raw: { readonly [field: string]: unknown };
}

/** A frame that is not a JSON object, or a known one with a field of the wrong type. */
export interface MalformedEvent {
  readonly type: 'malformed';
  /** The frame's data as it came. */
  readonly data: string;
  /** What is wrong, as `path: expected type`. */
  readonly problems: readonly string[];
}

type Events = {
  readonly [K in keyof Protocol]: { readonly type: K } & RecordOf<Protocol[K]>;
} & { readonly unknown: UnknownEvent; readonly malformed: MalformedEvent };

/** The type of an event, as on the wire; and `unknown` and `malformed`. */
export type EventType = keyof Events;

/** The event of a type: `EventOf<'text-delta'>`. */
export type EventOf<K extends EventType> = Events[K];

/**
 * What a run tells while it works: a frame of its stream, decoded. Names on the wire are names
 * here, and fields outside the table survive.
 */
export type RunEvent = EventOf<EventType>;

/** The codecs of what decoding itself has to say, which no frame does. */
const remarks: typeof codecs = new Map<unknown, t.Mixed>([
  ['unknown', record({ name: t.string, raw: object })],
  ['malformed', record({ data: t.string, problems: t.readonlyArray(t.string) })],
]);

const isEvent = (value: unknown): value is RunEvent =>
  object.is(value) && (codecs.get(value['type']) ?? remarks.get(value['type']))?.is(value) === true;

/** The codec of a frame's JSON: an unknown type is a success, a wrong field is not. */
export const RunEvent = new t.Type<RunEvent, unknown>(
  'RunEvent',
  isEvent,
  (value, context) => {
    if (!object.is(value)) return t.failure(value, context);
    const frame = canonical(value);
    const codec = codecs.get(frame['type']);
    if (codec !== undefined) return codec.validate(frame, context);
    const name = typeof value['type'] === 'string' ? value['type'] : '';
    return t.success({ type: 'unknown', name, raw: value });
  },
  t.identity,
);
