import type { Entries, Mark } from '../log/RunLog';

/** A place in a run, as a viewer keeps it: which log, how far, and what had been told by then. */
export interface Cursor extends Mark {
  readonly gen: string;
}

/** The `id:` of a frame, which a viewer sends back as `Last-Event-ID`. */
export const writeCursor = ({ gen, pos, fingerprint }: Cursor): string =>
  `${gen}-${pos}-${fingerprint}`;

/** What a `Last-Event-ID` says; undefined where it is none of ours: anybody may send anything. */
export const readCursor = (id: string | null | undefined): Cursor | undefined => {
  const [, gen, pos, fingerprint] = /^(\w{1,64})-(\d{1,15})-([0-9a-f]{16})$/.exec(id ?? '') ?? [];
  return gen === undefined || fingerprint === undefined || Number(pos) === 0
    ? undefined
    : { gen, pos: Number(pos), fingerprint };
};

/** Where a viewer is that has been told these entries; nowhere that one could come back to, past any log. */
export const cursorBehind = ({ gen, entries }: Omit<Entries, 'type'>): string | undefined => {
  const last = entries.at(-1);
  return gen === '' || last === undefined ? undefined : writeCursor({ gen, ...last });
};
