import { json } from './json';
import type { RunEvent } from './RunEvent';

/**
 * The frame's data that {@link decode} reads as this event: `decode(encode(event))` equals `event`,
 * but for the numbers that JSON is read with and not written with (`-0`, and `1e999`).
 */
export const encode = (event: RunEvent): string => {
  switch (event.type) {
    case 'unknown':
      return json(event.raw);
    case 'malformed':
      return event.data;
    default:
      return json(event);
  }
};
