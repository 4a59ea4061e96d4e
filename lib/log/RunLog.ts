import type { Observable, ObservableInput } from 'rxjs';

/** An event as a log keeps it. */
export interface Frame {
  /** What `encodeEvent` makes of the event. */
  readonly data: string;
  /** Of all events up to and with this one, as `fingerprints()` has it. The log only stores it. */
  readonly fingerprint: string;
}

/** A frame, and its place in the log. */
export interface Entry extends Frame {
  /** 1, 2, 3 … without holes: the log's own count. An event's index in the API's stream is no position. */
  readonly pos: number;
}

/** How far somebody has read. Where the log has the same fingerprint at `pos`, it goes on after it. */
export type Mark = Pick<Entry, 'pos' | 'fingerprint'>;

/**
 * Why nothing more will come: the run is over; it could not be read any further; or it was longer
 * than a log may be.
 */
export type End = 'ended' | 'interrupted' | 'full';

/** What {@link RunLog.acquire} answers. */
export type Acquired =
  /** The office is yours. The log is at `at.pos`, and what you read so far must have its fingerprint. */
  | {
      readonly type: 'yours';
      readonly gen: string;
      readonly epoch: number;
      readonly at: Mark;
      /** Whether it was closed until now. */
      readonly reopened: boolean;
    }
  /** It is somebody else's, for so many milliseconds more. */
  | { readonly type: 'held'; readonly for: number }
  | { readonly type: 'closed'; readonly end: End };

/** What becoming a log's writer takes. */
export interface AcquireOptions {
  /**
   * Opens a log again that is closed because its run had `ended`: somebody replied to the run. This
   * names the reply, which opens the log once, on whatever machine it is repeated. Logs that are
   * closed for another reason stay closed.
   */
  readonly reopen?: string | undefined;
}

/** What is written, by whom, and after which position. */
export interface Append {
  readonly run: string;
  readonly owner: string;
  /** The one that `acquire` gave. */
  readonly epoch: number;
  /** The position that the first frame follows. */
  readonly from: number;
  /** None at all says only that the writer is alive. */
  readonly frames: readonly Frame[];
  /** How long the office is kept from now on, in milliseconds. */
  readonly lease: number;
  /** Nothing will follow. */
  readonly close?: Exclude<End, 'full'> | undefined;
}

/** What {@link RunLog.append} answers. */
export type Appended =
  /** All of it is in the log, whose last position this is. */
  | { readonly type: 'appended'; readonly pos: number }
  /** The office is somebody else's: write no more, and be a reader. */
  | { readonly type: 'fenced'; readonly epoch: number }
  /** The log has lost its end, or never had what you follow: append again from here. */
  | { readonly type: 'gap'; readonly pos: number }
  | { readonly type: 'closed'; readonly pos: number; readonly end: End }
  /** There is no log: it has expired, or was lost. Only `acquire` makes one. */
  | { readonly type: 'gone' };

/** Entries that stand side by side, one at least. */
export interface Entries {
  readonly type: 'entries';
  readonly gen: string;
  readonly entries: readonly Entry[];
}

/** What {@link RunLog.read} tells. All but `entries` are the last word. */
export type Reading =
  | Entries
  | { readonly type: 'closed'; readonly end: End }
  /** What was read up to the mark is not what the log holds: read from its beginning, and compare. */
  | { readonly type: 'rewound' }
  | { readonly type: 'gone' };

/** How a log is read. */
export interface ReadOptions {
  /** Where to go on. Default: from the first entry that is kept. */
  readonly after?: Mark | undefined;
  /**
   * Asked after all entries that were told: more are looked for when this emits or completes. What
   * is not looked for waits in the log, not in memory. Default: at once.
   */
  readonly ready?: (() => ObservableInput<unknown>) | undefined;
}

/** What is known of a log without reading it. */
export interface LogStat {
  /** Made with the log, at random: a log that was lost and built again has another one. */
  readonly gen: string;
  readonly epoch: number;
  /** For how many milliseconds more somebody holds the office; 0 when nobody does. */
  readonly held: number;
  /** The last entry; its position is 0 and its fingerprint empty where there is none. */
  readonly at: Mark;
  /** The first position that is kept. */
  readonly floor: number;
  /** Of the frames' data. */
  readonly bytes: number;
  /** Why it is closed; undefined while it is open. */
  readonly end: End | undefined;
}

/**
 * The events of runs, kept: a log a run, across its turns. One writer at a time, any number of
 * readers, on as many machines as the storage serves.
 *
 * Whatever a writer or a storage does, a reader sees each entry once and in order, or is told that
 * it has to begin again. `logContract` of `m8tes-rx/testing` is what every log passes. Where the
 * storage itself fails, promises reject and Observables error: an append may then be repeated as it
 * was, and a reading begun again after its last mark.
 */
export interface RunLog {
  /**
   * Takes the office of the writer, if it is vacant or one's own, and makes the log if there is none.
   * The log decides by its own clock whether it is vacant, and mints the epoch: a writer that
   * declared its own could come back with a higher one.
   *
   * @param owner a random name: after a failover an epoch can be given twice.
   * @param lease milliseconds for which the office is kept without an append.
   */
  readonly acquire: (
    run: string,
    owner: string,
    lease: number,
    options?: AcquireOptions,
  ) => Promise<Acquired>;
  /**
   * Checks office and position and writes, in one step. A repeat, whose answer was lost, answers as
   * it did at first; what is there already is not written again. Each append keeps the office and
   * the log alive.
   */
  readonly append: (append: Append) => Promise<Appended>;
  /** History, then live, without a gap; completes after the last word. */
  readonly read: (run: string, options?: ReadOptions) => Observable<Reading>;
  /** Undefined where there is no log. */
  readonly stat: (run: string) => Promise<LogStat | undefined>;
  /** Gives the office up, if it is this owner's: anybody may take it at once. */
  readonly release: (run: string, owner: string) => Promise<void>;
}
