import * as t from 'io-ts';
import { canonical } from './canonical';
import { protocol, type Deed, type Place, type Protocol, type Row } from './protocol';
import { isObject, list, object, orElse, record, text, type RecordOf } from './record';

/** A frame of a type this version does not know, whole. A server newer than the client is normal. */
export interface UnknownEvent {
  readonly type: 'unknown';
  /** The type on the wire; empty when the frame had none. */
  readonly name: string;
  readonly raw: { readonly [field: string]: unknown };
}

/** A frame that is not a JSON object, or a delta without a text. */
export interface MalformedEvent {
  readonly type: 'malformed';
  /** The frame's data as it came. */
  readonly data: string;
  /** What is wrong, as `path: expected type`. */
  readonly problems: readonly string[];
}

/**
 * The last event of a run that was created with an `output` and completed: what that gives, decoded.
 * It is no frame of the stream, but read from the run's record when the stream has ended.
 */
export interface OutputEvent<A = unknown> {
  readonly type: 'output';
  readonly output_data: A;
}

type Events = {
  readonly [K in keyof Protocol]: { readonly type: K } & RecordOf<Protocol[K]['fields']>;
} & {
  readonly unknown: UnknownEvent;
  readonly malformed: MalformedEvent;
  readonly output: OutputEvent;
};

/** The type of an event, as on the wire; and `unknown`, `malformed` and `output`. */
export type EventType = keyof Events;

/** The event of a type: `EventOf<'text-delta'>`. */
export type EventOf<K extends EventType> = Events[K];

/**
 * What a run tells while it works: a frame of its stream, decoded. Names on the wire are names
 * here, and fields outside the table survive.
 */
export type RunEvent = EventOf<EventType>;

/** An event of a run that was created with an `output`. */
export type EventWith<A> = Exclude<RunEvent, OutputEvent> | OutputEvent<A>;

/** The types of which the table says that they do this. */
type Doing<D extends Deed> = {
  [K in keyof Protocol]: D extends Protocol[K]['deeds'][number] ? K : never;
}[keyof Protocol];

/**
 * Types as an editor is to offer them: all are taken, but the server's own housekeeping, which a caller
 * never acts on, is none of the literals that it lists.
 */
export type Offered<T extends EventType> =
  Exclude<T, Doing<'housekeeping'>> | (Extract<T, Doing<'housekeeping'>> & Record<never, never>);

/** The types of which the table says that they stand there. */
type At<P extends Place> = {
  [K in keyof Protocol]: Protocol[K]['place'] extends P ? K : never;
}[keyof Protocol];

/** An event that carries a piece of a longer text. */
export type DeltaEvent = EventOf<Doing<'delta'>>;
/** An event about a tool call. */
export type ToolEvent = EventOf<Doing<'tool'>>;
/** An `error`, which the run may outlive, or a failure that ends it. */
export type FailureEvent = EventOf<Doing<'fails'>>;
/** An event that ends a run's turn. */
export type TerminalEvent = EventOf<At<'ends'>>;

/** One codec a type, which is how it is found. A Map: a wire type may be `constructor` or `__proto__`. */
export const codecs: ReadonlyMap<unknown, t.Mixed> = new Map(
  Object.entries<Row>(protocol).map(([type, { fields }]) => [type, record(fields, type)]),
);

/** The codecs of what the client itself has to say, which no frame does. */
const remarks: typeof codecs = new Map<unknown, t.Mixed>([
  ['unknown', record({ name: orElse(text, ''), raw: orElse(object, {}) })],
  ['output', record({})],
  ['malformed', record({ data: orElse(text, ''), problems: orElse(list(text), []) })],
]);

/** Every type that an event can be of. */
export const eventTypes = (): readonly EventType[] =>
  [...codecs.keys(), ...remarks.keys()] as EventType[];

const isEvent = (value: unknown): value is RunEvent =>
  isObject(value) && (codecs.get(value['type']) ?? remarks.get(value['type']))?.is(value) === true;

/** The codec of a frame's JSON: an unknown type is a success, a delta without a text is none. */
export const RunEvent = new t.Type<RunEvent, unknown>(
  'RunEvent',
  isEvent,
  (value, context) => {
    if (!isObject(value)) return t.failure(value, context);
    const frame = canonical(value);
    const codec = codecs.get(frame['type']);
    if (codec !== undefined) return codec.validate(frame, context);
    const name = typeof value['type'] === 'string' ? value['type'] : '';
    return t.success({ type: 'unknown', name, raw: value });
  },
  t.identity,
);
