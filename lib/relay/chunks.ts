import { decodeEvent } from '../events/decode';
import { encodeEvent } from '../events/encode';
import type { RunEvent } from '../events/RunEvent';
import type { Entries, Entry } from '../log/RunLog';
import { writeCursor } from './cursor';

/** What a viewer sees of an event; undefined where it sees nothing. */
export type Visible = (event: RunEvent) => RunEvent | undefined;

/** A server-sent event, as it goes on the wire. */
export interface Message {
  /** Where the viewer is behind it; none where it is told past any log. */
  readonly id?: string;
  readonly data: string;
}

/** Entries into bytes. */
export type Chunk = (entries: Omit<Entries, 'type'>) => Uint8Array;

/** Bytes of chunks that are kept for the next viewer of the same entries. */
const MOST_KEPT = 4 * 1024 * 1024;

/** One server-sent event. Data with line ends, which JSON has not, takes a `data:` line for each. */
export const written = (data: string, id?: string): string => {
  const lines = /[\r\n]/.test(data) ? data.split(/\r\n|\r|\n/).join('\ndata: ') : data;
  return `${id === undefined ? '' : `id: ${id}\n`}data: ${lines}\n\n`;
};

/** The messages of entries, without those that nobody is to see: positions count them all the same. */
export const messages = (
  { gen, entries }: Omit<Entries, 'type'>,
  visible: Visible | undefined,
): readonly Message[] =>
  entries.flatMap((entry) => {
    const place = gen === '' ? {} : { id: writeCursor({ gen, ...entry }) };
    if (visible === undefined) return { ...place, data: entry.data };
    const event = visible(decodeEvent(entry.data));
    return event === undefined ? [] : { ...place, data: encodeEvent(event) };
  });

/**
 * Entries into the bytes that viewers are sent. Viewers of a run are told the very same entries at
 * the same time: they are encoded for the first of them, and the others are handed the same bytes.
 */
export const chunks = (visible: Visible | undefined): Chunk => {
  const encoder = new TextEncoder();
  const kept = new Map<Entry, { readonly last: Entry; readonly bytes: Uint8Array }>();
  let size = 0;
  const forget = (first: Entry): void => {
    size -= kept.get(first)?.bytes.length ?? 0;
    kept.delete(first);
  };
  return (told) => {
    const [first] = told.entries;
    const last = told.entries.at(-1);
    if (first === undefined || last === undefined) return new Uint8Array();
    const known = kept.get(first);
    if (known?.last === last) return known.bytes;
    const bytes = encoder.encode(
      messages(told, visible)
        .map(({ id, data }) => written(data, id))
        .join(''),
    );
    forget(first);
    kept.set(first, { last, bytes });
    size += bytes.length;
    for (const oldest of kept.keys()) {
      if (size <= MOST_KEPT) break;
      forget(oldest);
    }
    return bytes;
  };
};
