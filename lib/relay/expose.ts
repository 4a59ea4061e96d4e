import { InvalidArgumentError, printable } from '../errors';
import { protocol, type Row } from '../events/protocol';
import type { RunEvent } from '../events/RunEvent';
import { nearest } from '../nearest';
import { events, metadata, only, permission, run, whole, type Show, type Shows } from './shown';

/**
 * What leaves the server beside what always does: `'all'` of it, or what is named. A name is an event
 * type (`'tool-call-delta'`, `'todo-update'`, `'unknown'`: the whole event, with all of its fields),
 * or a field: of an event (`'tool-result-end.result'`, `'metadata.usage'`), of a run's record
 * (`'run.usage'`) or of what it asks of people (`'permission.tool_input'`, in events too).
 */
export type Expose = 'all' | readonly string[];

/** What leaves of each thing that a server has of a run. */
export interface Exposed {
  /** Undefined where the event stays. */
  readonly event: (event: RunEvent) => RunEvent | undefined;
  /** Of a run's record. */
  readonly run: (run: object) => object;
  /** Of a permission request. */
  readonly permission: (request: object) => object;
}

/** The fields of an event that can be named. Of metadata the payload is meant, which is all they have. */
const fieldsOf = new Map(
  Object.entries<Row>(protocol).map(([type, { fields }]) => [
    type,
    Object.keys(type === 'metadata' ? metadata : fields),
  ]),
);

/** Everything that can be named. */
const known: ReadonlySet<string> = new Set([
  ...Object.keys(events({}, {})),
  ...[
    ...fieldsOf,
    ['run', Object.keys(run)] as const,
    ['permission', Object.keys(permission)] as const,
  ].flatMap(([subject, fields]) => fields.map((field) => `${subject}.${field}`)),
]);

/** A name that is longer than any is not compared: it may be a book. */
const guess = (name: string): string => {
  const meant = nearest(name.slice(0, 64), [...known]);
  if (meant !== undefined) return `; did you mean '${meant}'?`;
  const its = [...known].filter((one) => one.startsWith(`${name.split('.')[0]}.`));
  return its.length > 0 ? `; there is ${its.join(', ')}` : '';
};

const checked = (expose: readonly unknown[]): ReadonlySet<unknown> => {
  for (const [index, name] of expose.entries()) {
    if (typeof name === 'string' && known.has(name)) continue;
    throw new InvalidArgumentError(
      `expose[${index}]`,
      typeof name !== 'string'
        ? "must be a name, such as 'tool-result-end.result'"
        : name === 'all'
          ? "must not be 'all', which stands alone: expose: 'all'"
          : `is '${printable(name)}', which is no event type and no field${guess(name)}`,
    );
  }
  return new Set(expose);
};

/**
 * The allow-list of what leaves the server, of events and objects alike. Without names it is what a
 * page shows: text, thinking and plans, the names and states of tools, what people are asked, with
 * what a consent screen shows of it, and endings. Arguments and results of tools, usage and cost,
 * what the server keeps for itself and every event that this version does not know stay.
 *
 * @throws {InvalidArgumentError} for a name that there is none of; it says which is the nearest
 */
export const exposed = (expose: Expose = []): Exposed => {
  if (expose === 'all')
    return { event: (event) => event, run: (its) => its, permission: (its) => its };
  if (!Array.isArray(expose))
    throw new InvalidArgumentError('expose', "must be 'all', or a list of names");
  const names = checked(expose);

  /** What is shown by itself of a thing, and the whole of each of its fields that is named. */
  const withNamed = (
    subject: string,
    shown: { readonly [field: string]: Show | null },
    fields: readonly string[] = Object.keys(shown),
  ): Shows =>
    Object.fromEntries([
      ...Object.entries(shown).filter((entry): entry is [string, Show] => entry[1] !== null),
      ...fields
        .filter((field) => names.has(`${subject}.${field}`))
        .map((field) => [field, whole] as const),
    ]);

  const request = withNamed('permission', permission);
  const showRun = only(withNamed('run', run));
  const showRequest = only(request);
  const table = events(request, withNamed('metadata', metadata));
  const shown = new Map<string, Show>();
  for (const [type, shows] of Object.entries(table)) {
    const all = withNamed(type, shows ?? {}, fieldsOf.get(type));
    if (names.has(type)) shown.set(type, whole);
    else if (shows !== null || Object.keys(all).length > 0)
      shown.set(type, only({ type: whole, ...all }));
  }
  return {
    event: (event) => shown.get(event.type)?.(event, {}) as RunEvent | undefined,
    run: (its) => showRun(its, {}) as object,
    permission: (its) => showRequest(its, {}) as object,
  };
};
