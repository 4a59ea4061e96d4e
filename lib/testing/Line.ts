import { json } from '../events/json';
import { utf8 } from './bytes';
import type { Frame } from './Script';

/** Some bytes of a body that belong together: in a stream one event with its blank line, or a comment. */
export interface Line {
  readonly bytes: Uint8Array;
  /** The frame it carries, where the script gave one. */
  readonly frame?: { readonly type: string; readonly [field: string]: unknown };
  /** A keepalive: not an event. */
  readonly comment?: true;
}

/** JSON as the API's Python writes it, with a space after each comma and colon. */
const spaced = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(spaced).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  return `{${fields.map(([key, field]) => `${JSON.stringify(key)}: ${spaced(field)}`).join(', ')}}`;
};

const written = (frame: Frame): string => {
  try {
    return spaced(frame);
  } catch {
    return json(frame); // too deep to recurse into
  }
};

/** "One SSE frame an event, JSON in `data:`." [wire §3] */
export const frameLine = (frame: Frame): Line => ({
  bytes: utf8(`data: ${written(frame)}\n\n`),
  frame,
});
