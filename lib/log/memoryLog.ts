import { asyncScheduler, defer, merge, NEVER, Observable, repeat, timer } from 'rxjs';
import { InvalidArgumentError } from '../errors';
import { follow, foundIn, START, type Found } from './follow';
import { keeping, newGeneration, type KeepingOptions } from './keeping';
import type {
  Acquired,
  AcquireOptions,
  Append,
  Appended,
  End,
  Entry,
  LogStat,
  Mark,
  RunLog,
} from './RunLog';

export interface MemoryLogOptions extends KeepingOptions {
  /**
   * Bytes of all runs. What is more drives out closed logs, those first that were closed first.
   * Default: 256 MiB.
   */
  readonly capacity?: number | undefined;
}

/** A log as it lies in memory. */
interface Held {
  readonly gen: string;
  readonly entries: Entry[];
  /** For which it was opened again. */
  readonly replies: Set<string>;
  epoch: number;
  owner: string | undefined;
  until: number;
  expires: number;
  bytes: number;
  end: End | undefined;
}

const GONE = { type: 'gone' } as const;
const REWOUND = { type: 'rewound' } as const;
/** Beyond this a timer fires at once. */
const LONGEST_TIMER = 2 ** 31 - 1;

const atOf = ({ entries }: Held): Mark => {
  const { pos, fingerprint } = entries.at(-1) ?? START;
  return { pos, fingerprint };
};

const made = (): Held => ({
  gen: newGeneration(),
  entries: [],
  replies: new Set(),
  epoch: 0,
  owner: undefined,
  until: 0,
  expires: 0,
  bytes: 0,
  end: undefined,
});

/**
 * Logs in the memory of one process: for one machine, and for tests. They are lost with it;
 * of a run that goes on nothing else is, for its stream is joined again. A character counts as one byte.
 *
 * @example
 * ```ts
 * import { memoryLog } from 'm8tes-rx/relay';
 *
 * const log = memoryLog({ retention: 60 * 60 * 1000 });
 * ```
 *
 * @throws InvalidArgumentError when a limit is no whole number from 1 on.
 */
export const memoryLog = ({
  capacity = 256 * 1024 * 1024,
  ...options
}: MemoryLogOptions = {}): RunLog => {
  const { retention, limit } = keeping(options);
  if (!(capacity >= 1)) throw new InvalidArgumentError('capacity', 'must be a number from 1 on');
  // In the order of their last append, which is that of their expiry.
  const logs = new Map<string, Held>();
  const readers = new Map<string, Set<() => void>>();
  let bytes = 0;

  const now = (): number => asyncScheduler.now();
  const drop = (run: string, held: Held): void => {
    logs.delete(run);
    bytes -= held.bytes;
    ring(run);
  };
  /** A run's log, if it has not expired. */
  const find = (run: string): Held | undefined => {
    for (const [name, held] of logs) {
      if (held.expires > now()) break;
      drop(name, held);
    }
    return logs.get(run);
  };
  const touch = (run: string, held: Held, lease: number): void => {
    held.until = now() + lease;
    held.expires = now() + retention;
    logs.delete(run);
    logs.set(run, held);
  };
  const makeRoom = (): void => {
    for (const [run, held] of logs) {
      if (bytes <= capacity) break;
      if (held.end !== undefined) drop(run, held);
    }
  };

  const ring = (run: string): void => readers.get(run)?.forEach((hear) => hear());
  const bell = (run: string): Observable<void> =>
    new Observable((subscriber) => {
      const hear = (): void => subscriber.next();
      const heard = readers.get(run) ?? new Set();
      readers.set(run, heard.add(hear));
      return () => {
        heard.delete(hear);
        if (heard.size === 0) readers.delete(run);
      };
    });
  /** Rings when a log may have expired, of which nobody else would tell. */
  const expiry = (run: string): Observable<unknown> =>
    defer(() => {
      const held = find(run);
      return held === undefined ? NEVER : timer(Math.min(held.expires - now(), LONGEST_TIMER));
    }).pipe(repeat());

  const acquire = (
    run: string,
    owner: string,
    lease: number,
    { reopen }: AcquireOptions = {},
  ): Acquired => {
    const held = find(run) ?? made();
    const reopened = reopen !== undefined && held.end === 'ended' && !held.replies.has(reopen);
    if (reopened) {
      held.replies.add(reopen);
      held.end = undefined;
      held.owner = undefined;
    }
    if (held.end !== undefined) return { type: 'closed', end: held.end };
    const left = held.until - now();
    const isElses = held.owner !== undefined && held.owner !== owner;
    if (isElses && left > 0) return { type: 'held', for: left };
    held.owner = owner;
    held.epoch++;
    touch(run, held, lease);
    return { type: 'yours', gen: held.gen, epoch: held.epoch, at: atOf(held), reopened };
  };

  const append = ({ run, owner, epoch, from, frames, lease, close }: Append): Appended => {
    const held = find(run);
    if (held === undefined) return GONE;
    if (held.owner !== owner || held.epoch !== epoch) return { type: 'fenced', epoch: held.epoch };
    const { pos } = atOf(held);
    if (held.end !== undefined) {
      return from + frames.length <= pos
        ? { type: 'appended', pos }
        : { type: 'closed', pos, end: held.end };
    }
    if (from > pos) return { type: 'gap', pos };
    // Only its own repeat can be there already, for the office was not lost in between.
    const fresh = frames.slice(pos - from);
    const added = fresh.reduce((sum, { data }) => sum + data.length, 0);
    const isFull = held.bytes + added > limit;
    if (!isFull) {
      fresh.forEach(({ data, fingerprint }, index) =>
        held.entries.push({ pos: pos + index + 1, data, fingerprint }),
      );
      held.bytes += added;
      bytes += added;
    }
    held.end = isFull ? 'full' : close;
    touch(run, held, lease);
    makeRoom();
    if (fresh.length > 0 || held.end !== undefined) ring(run);
    return isFull
      ? { type: 'closed', pos, end: 'full' }
      : { type: 'appended', pos: pos + fresh.length };
  };

  const look = (run: string, after: Mark = START): Found => {
    const held = find(run);
    return held === undefined ? GONE : (foundIn({ ...held, base: START }, after) ?? REWOUND);
  };

  const stat = (run: string): LogStat | undefined => {
    const held = find(run);
    if (held === undefined) return undefined;
    const { gen, epoch, owner, until, bytes, end } = held;
    const left = owner === undefined ? 0 : Math.max(0, until - now());
    return { gen, epoch, held: left, at: atOf(held), floor: 1, bytes, end };
  };

  const release = (run: string, owner: string): void => {
    const held = find(run);
    if (held?.owner === owner) held.owner = undefined;
  };

  return {
    acquire: (...args) => Promise.resolve(acquire(...args)),
    append: (batch) => Promise.resolve(append(batch)),
    read: (run, options) =>
      follow({ bell: merge(bell(run), expiry(run)), look: (after) => [look(run, after)] }, options),
    stat: (run) => Promise.resolve(stat(run)),
    release: (run, owner) => Promise.resolve(release(run, owner)),
  };
};
