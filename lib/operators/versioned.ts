/** A growing list of which every version stays readable. */
export interface Versioned<T, S = T> {
  /** Replaces the item at an index, or appends one at the end. */
  readonly put: (index: number, item: T) => void;
  /** The list as it is now, to be read whenever it is wanted. */
  readonly version: () => () => readonly S[];
}

/** One version: it holds the items, or knows the one item in which it differs from its neighbour. */
interface Version<T, S> {
  items: T[] | undefined;
  neighbour: Version<T, S> | undefined;
  index: number;
  /** The item at `index`; undefined where this version ends before it. */
  item: T | undefined;
  list: readonly S[] | undefined;
}

const holding = <T, S>(items: T[]): Version<T, S> => ({
  items,
  neighbour: undefined,
  index: 0,
  item: undefined,
  list: undefined,
});

/** Makes a version one that differs from its neighbour, the new holder, in one item. */
const differing = <T, S>(version: Version<T, S>, neighbour: Version<T, S>, index: number): void => {
  version.item = version.items?.[index];
  version.items = undefined;
  version.neighbour = neighbour;
  version.index = index;
};

/** Moves the items to a version, along its neighbours: one step for each change in between. */
const holdingAt = <T, S>(version: Version<T, S>): T[] => {
  const way: Version<T, S>[] = [];
  let holder = version;
  for (; holder.neighbour !== undefined; holder = holder.neighbour) way.push(holder);
  const items = holder.items ?? [];
  for (let next = way.pop(); next !== undefined; next = way.pop()) {
    const { index, item } = next;
    differing(holder, next, index);
    if (item === undefined) items.length = index;
    else items[index] = item;
    next.items = items;
    next.neighbour = undefined;
    next.item = undefined;
    holder = next;
  }
  return items;
};

/**
 * A list whose versions cost nothing until they are read: the newest has the items, and each older
 * one only what the next has overwritten. So a change costs the same however long the list is, and
 * a version nobody holds is garbage. Reading copies the list, once a version, and shows each item as
 * it is to be read.
 *
 * @see Henry Baker, Shallow Binding Makes Functional Arrays Fast (1991)
 */
export const versioned = <T extends object | string, S>(show: (item: T) => S): Versioned<T, S> => {
  let newest = holding<T, S>([]);
  let isAsked = false;

  return {
    put: (index, item) => {
      const items = holdingAt(newest);
      const older = newest;
      // Before anybody has asked for a version there is no older one to keep.
      if (isAsked) {
        newest = holding(items);
        differing(older, newest, index);
      }
      items[index] = item;
    },
    version: () => {
      const version = newest;
      isAsked = true;
      return () => (version.list ??= holdingAt(version).map(show));
    },
  };
};
