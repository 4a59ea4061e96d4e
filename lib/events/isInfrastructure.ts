import { infrastructure } from './infrastructure';
import type { RunEvent } from './RunEvent';

/**
 * Whether a caller never acts on an event: the server's own housekeeping, by its type, or, where
 * the type is not one of the table's, by its `subtype` `init` or `success`. [wire §3]
 */
export const isInfrastructure = (event: RunEvent): boolean =>
  event.type === 'unknown'
    ? event.raw['subtype'] === 'init' || event.raw['subtype'] === 'success'
    : Object.hasOwn(infrastructure, event.type);
