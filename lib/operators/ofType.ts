import { filter, type OperatorFunction } from 'rxjs';
import type { EventOf, RunEvent } from '../events/RunEvent';

/**
 * Only the events of the given types, and typed as such. A type that no event has does not compile.
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
 * @see {@link textOnly} for the text alone
 * @see {@link toolCalls} for tool calls put together
 */
export const ofType = <E extends RunEvent, K extends E['type']>(
  ...types: readonly [K, ...K[]]
): OperatorFunction<E, EventOf<K>> => {
  const wanted: ReadonlySet<string> = new Set(types);
  const isWanted = (event: RunEvent): event is EventOf<K> => wanted.has(event.type);
  return filter(isWanted);
};
