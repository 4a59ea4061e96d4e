import { json } from './json';
import type { RunEvent } from './RunEvent';

/**
 * The frame's data that {@link decodeEvent} reads as this event: `decodeEvent(encodeEvent(event))` equals `event`,
 * but for the numbers that JSON is read with and not written with (`-0`, and `1e999`).
 */
export const encodeEvent = (event: RunEvent): string => {
  switch (event.type) {
    case 'unknown':
      return json(event.raw);
    case 'malformed':
      return event.data;
    default:
      return json(event);
  }
};
