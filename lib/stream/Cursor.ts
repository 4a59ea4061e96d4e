import type { RunEvent } from '../events/RunEvent';

/**
 * Where a stream that broke off may be gone on with, by a server that gives its events ids: behind
 * the last one that was delivered. It is an economy, and never a matter of trust: whoever does not
 * honour it tells the whole history, which is trimmed.
 */
export interface Cursor {
  /** The id of the event that was delivered last; undefined where that has none. */
  readonly at: string | undefined;
  /** Takes note of the id that an event came with. */
  readonly came: (event: RunEvent, id: string) => void;
  /**
   * Takes note of what is delivered. Only what is delivered as it came has an id: the rest of a
   * delta that was trimmed is another event.
   */
  readonly delivered: (event: RunEvent) => void;
  /** Whether what is said to follow was delivered already, as far as the ids tell. */
  readonly isKnown: (event: RunEvent) => boolean;
  /** Goes by no id any more. */
  readonly distrust: () => void;
}

export const Cursor = (): Cursor => {
  /** There is none as long as nothing comes with an id, and no event pays for it. */
  let ids: WeakMap<RunEvent, string> | undefined;
  let first: string | undefined;
  let last: string | undefined;
  let isTrusted = true;
  return {
    get at() {
      return last;
    },
    came: (event, id) => {
      if (isTrusted) (ids ??= new WeakMap()).set(event, id);
    },
    delivered: (event) => {
      if (ids === undefined) return;
      last = ids.get(event);
      first ??= last;
    },
    isKnown: (event) => {
      const id = ids?.get(event);
      return id !== undefined && (id === first || id === last);
    },
    distrust: () => {
      isTrusted = false;
      ids = last = undefined;
    },
  };
};
