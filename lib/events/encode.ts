import type { RunEvent } from './RunEvent';

/** The frame's data that {@link decode} reads as this event: `decode(encode(event))` equals `event`. */
export const encode = (event: RunEvent): string => {
  switch (event.type) {
    case 'unknown':
      return JSON.stringify(event.raw);
    case 'malformed':
      return event.data;
    default:
      return JSON.stringify(event);
  }
};
