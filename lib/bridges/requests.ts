import { Observable, type MonoTypeOperatorFunction } from 'rxjs';
import { StreamInterruptedError } from '../errors';
import type { RunEvent } from '../events/RunEvent';
import { inner } from '../operator';

type Fields = { readonly [field: string]: unknown };

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

/** The requests that an event names: "free payload, take ids where present". [wire §3] */
export const requestsOf = (event: RunEvent): readonly string[] => {
  const { request_id, payload } = event as Fields;
  const beside = (typeof payload === 'object' && payload !== null ? payload : {}) as Fields;
  const several = Array.isArray(beside['request_ids']) ? (beside['request_ids'] as unknown[]) : [];
  return [...new Set([request_id, beside['request_id'], ...several])].filter(isText);
};

/**
 * Of a turn, what follows the last of some requests: what whoever answers them has not been told yet.
 * A turn that never asked one of them has no such place.
 *
 * ```
 * turn:         -a-p-b-q-c-d|    p, q: permission_request
 * behind(p, q): ---------c-d|
 * ```
 *
 * @throws {StreamInterruptedError} at the end of a turn that did not ask all of them
 */
export const behind =
  (requests: readonly string[]): MonoTypeOperatorFunction<RunEvent> =>
  (source) =>
    new Observable((subscriber) => {
      const missing = new Set(requests);
      let isBehind = missing.size === 0;
      const reading = inner<RunEvent>(subscriber, {
        next: (event) => {
          if (isBehind) return subscriber.next(event);
          if (event.type !== 'permission_request') return;
          for (const id of requestsOf(event)) missing.delete(id);
          isBehind = missing.size === 0;
        },
        complete: () => {
          if (isBehind) return subscriber.complete();
          throw new StreamInterruptedError(
            'this turn of the run did not ask what was answered: read the run again from its beginning',
            { delivered: { events: 0, characters: 0 } },
          );
        },
      });
      subscriber.add(reading);
      source.subscribe(reading);
    });
