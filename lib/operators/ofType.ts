import { filter, type OperatorFunction } from 'rxjs';
import { InvalidArgumentError, printable } from '../errors';
import { eventTypes, type EventOf, type Offered, type RunEvent } from '../events/RunEvent';

/** So `textDelta` and `text_delta` are `text-delta`. */
const bare = (type: string): string => type.replace(/[-_]/g, '').toLowerCase();

/** Refuses from JavaScript a type that no event is of, for nothing would ever come of it. */
const check = (type: string): void => {
  const known: readonly string[] = eventTypes();
  if (known.includes(type)) return;
  const name = String(type);
  const meant = known.find((one) => bare(one) === bare(name));
  throw new InvalidArgumentError(
    'type',
    `'${printable(name)}' is none${meant ? `; did you mean '${meant}'?` : ''}`,
  );
};

/**
 * Only the events of the given types, and typed as such. A type that no event has does not compile.
 * What this version does not know is of the type `unknown`, whatever its name.
 *
 * ```
 * events:    --m--t--e--t--d--|
 *            ofType('text-delta', 'error')
 * result:    -----t--e--t-----|
 * ```
 *
 * @example
 * ```ts
 * import { createClient, ofType } from 'm8tes-rx';
 *
 * createClient()
 *   .runs.create({ message: 'Sort my inbox' })
 *   .pipe(ofType('tool-call-start'))
 *   .subscribe((event) => console.log(`uses ${event.toolName}`));
 * ```
 *
 * @throws InvalidArgumentError from JavaScript, for a type that no event has; it tells the nearest.
 * @see {@link textOnly} for the text alone
 * @see {@link toolCalls} for tool calls put together
 */
export const ofType = <E extends RunEvent, K extends Offered<E['type']>>(
  ...types: readonly [K, ...K[]]
): OperatorFunction<E, EventOf<K>> => {
  types.forEach(check);
  const wanted: ReadonlySet<string> = new Set(types);
  const isWanted = (event: RunEvent): event is RunEvent & EventOf<K> => wanted.has(event.type);
  return filter(isWanted);
};
