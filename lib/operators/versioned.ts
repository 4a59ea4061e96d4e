/** A growing list of which every version stays readable. */
export interface Versioned<T> {
  /** Replaces the item at an index, or appends one at the end. */
  readonly put: (index: number, item: T) => void;
  /** The list as it is now, to be read whenever it is wanted. */
  readonly version: () => () => readonly T[];
}

/** One version: it holds the items, or knows the one item in which it differs from its neighbour. */
interface Version<T> {
  items: T[] | undefined;
  neighbour: Version<T> | undefined;
  index: number;
  /** The item at `index`; undefined where this version ends before it. */
  item: T | undefined;
  list: readonly T[] | undefined;
}

const holding = <T>(items: T[]): Version<T> => ({
  items,
  neighbour: undefined,
  index: 0,
  item: undefined,
  list: undefined,
});

const set = <T>(items: T[], index: number, item: T | undefined): void => {
  if (item === undefined) items.length = index;
  else items[index] = item;
};

/** Moves the items to a version, along its neighbours: one step for each change in between. */
const holdingAt = <T>(version: Version<T>): T[] => {
  const way: Version<T>[] = [];
  let holder = version;
  for (; holder.neighbour !== undefined; holder = holder.neighbour) way.push(holder);
  for (let next = way.pop(); next !== undefined; next = way.pop()) {
    const items = holder.items ?? [];
    const { index, item } = next;
    Object.assign(holder, { items: undefined, neighbour: next, index, item: items[index] });
    set(items, index, item);
    Object.assign(next, { items, neighbour: undefined, item: undefined });
    holder = next;
  }
  return holder.items ?? [];
};

/**
 * A list whose versions cost nothing until they are read: the newest has the items, and each older
 * one only what the next has overwritten. So a change costs the same however long the list is, and
 * a version nobody holds is garbage. Reading copies the list, once a version.
 *
 * @see Henry Baker, Shallow Binding Makes Functional Arrays Fast (1991)
 */
export const versioned = <T extends object | string>(): Versioned<T> => {
  let newest = holding<T>([]);
  let isHeld = false;

  return {
    put: (index, item) => {
      const items = holdingAt(newest);
      const older = newest;
      if (isHeld) {
        newest = holding(items);
        Object.assign(older, { items: undefined, neighbour: newest, index, item: items[index] });
      }
      isHeld = false;
      items[index] = item;
    },
    version: () => {
      const version = newest;
      isHeld = true;
      return () => (version.list ??= holdingAt(version).slice());
    },
  };
};
