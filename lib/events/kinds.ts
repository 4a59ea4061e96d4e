import { protocol, type Deed, type Place, type Row } from './protocol';
import type { DeltaEvent, FailureEvent, RunEvent, TerminalEvent, ToolEvent } from './RunEvent';

const typesWhere = (holds: (row: Row) => boolean): ReadonlySet<string> =>
  new Set(Object.entries<Row>(protocol).flatMap(([type, row]) => (holds(row) ? [type] : [])));

const doing = (deed: Deed) => typesWhere(({ deeds }) => deeds.includes(deed));
const at = (...places: readonly Place[]) => typesWhere(({ place }) => places.includes(place));

const deltas = doing('delta');
const tools = doing('tool');
const asking = doing('asks');
const failures = doing('fails');
const states = doing('state');
const remarks = doing('remark');
const housekeeping = doing('housekeeping');
const endings = at('ends');
const beginnings = at('begins');
const goingOn = at('begins', 'within', 'heads');

const isDelta = (event: RunEvent): event is DeltaEvent => deltas.has(event.type);

/**
 * The piece of a longer text that an event carries: two such pieces say what their join says. What a
 * type nobody knows carries as `delta` is one as well, where it is text.
 */
export const deltaOf = (event: RunEvent): string | undefined => {
  if (event.type !== 'unknown') return isDelta(event) ? event.delta : undefined;
  const { delta } = event.raw;
  return typeof delta === 'string' ? delta : undefined;
};

/** An event that carries a delta, with another one in its place. */
export const withDelta = (event: RunEvent, delta: string): RunEvent =>
  event.type === 'unknown'
    ? { ...event, raw: { ...event.raw, delta } }
    : ({ ...event, delta } as DeltaEvent);

type Fields = { readonly [field: string]: unknown };

/** The id that an event may have: of a tool call, a block, a message or a question. */
export const idOf = (event: RunEvent): unknown => {
  if (event.type === 'text-delta') return event.id; // nine in ten, and a field that is not there is dear
  const fields: Fields = event.type === 'unknown' ? event.raw : (event as Fields);
  return fields['toolCallId'] ?? fields['id'] ?? fields['messageId'] ?? fields['request_id'];
};

/**
 * The channel an event belongs to: its type, and the id it may have. Deltas of one channel are one
 * text.
 */
export const channelOf = (event: RunEvent): string => {
  const type = event.type === 'unknown' ? `unknown ${event.name}` : event.type;
  const id = idOf(event);
  return typeof id === 'string' || typeof id === 'number' ? `${type} ${id}` : type;
};

/** Whether an event is about a tool call. */
export const isToolEvent = (event: RunEvent): event is ToolEvent => tools.has(event.type);

/** Whether people have to decide before the run goes on. */
export const asksPeople = ({ type }: RunEvent): boolean => asking.has(type);

/** Whether an event says that something went wrong: an `error`, or a failure that ends the run. */
export const isFailure = (event: RunEvent): event is FailureEvent => failures.has(event.type);

/** Whether a later event of the kind takes the place of an earlier one. */
export const isState = ({ type }: RunEvent): boolean => states.has(type);

/** Whether that is so of the events of a channel: its type has no blanks. */
export const isStateChannel = (channel: string): boolean => states.has(channel.split(' ', 1)[0]!);

/** Whether an event ends the run: `done`, `cancelled`, or a failure it cannot come back from. [wire §3] */
export const isTerminal = (event: RunEvent): event is TerminalEvent => endings.has(event.type);

/**
 * Whether a caller never acts on an event: the server's own housekeeping, by its type, or, where
 * the type is not one of the table's, by its `subtype` `init` or `success`. [wire §3]
 */
export const isInfrastructure = (event: RunEvent): boolean =>
  event.type === 'unknown'
    ? event.raw['subtype'] === 'init' || event.raw['subtype'] === 'success'
    : housekeeping.has(event.type);

/** Whether a replay may lack an event: housekeeping, and remarks. It is counted, and not compared. */
export const isAside = (event: RunEvent): boolean =>
  isInfrastructure(event) || remarks.has(event.type);

/**
 * Whether only a next turn says this after an ending. Narrower than "takes the ending back", lest
 * what comes late from a run that failed (a tool's result, a notice) let its end marker pass for a
 * success.
 */
export const beginsTurn = ({ type }: RunEvent): boolean => beginnings.has(type);

/**
 * Whether a turn of a run has ended, after one more event: what follows an ending takes it back
 * where it belongs to the next turn. Metadata head a turn, but with `usage` they are its bill.
 */
export const hasEnded = (before: boolean, event: RunEvent): boolean => {
  // Nine events in ten are no ending at a glance.
  if (event.type === 'text-delta') return false;
  if (!before) return endings.has(event.type);
  return event.type === 'metadata' ? event.payload.usage !== undefined : !goingOn.has(event.type);
};
