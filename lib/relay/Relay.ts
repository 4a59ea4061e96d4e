import type { Observable } from 'rxjs';
import type { Answered, PermissionRequest, Run } from '../api/objects';
import type { Answer, Approval, CreateParams, ReplyParams } from '../api/params';
import type { Runs } from '../api/Runs';
import type { RunEvent } from '../events/RunEvent';
import type { RunLog } from '../log/RunLog';
import type { Authorize } from './admission';
import type { Message } from './chunks';
import type { Expose } from './expose';

/** What a relay is made of. Times are in milliseconds. */
export interface CreateRelayOptions {
  /** An ordinary client: `createClient()`. It has the key, and keeps it. */
  readonly client: { readonly runs: Runs };
  /** Where runs are kept: `memoryLog()` on one machine, `redisLog(client)` on many. */
  readonly log: RunLog;
  /** Who may do what, for the `handler`: there is no default. */
  readonly authorize: Authorize;
  /** What viewers see beside the default: names of events and fields, or `'all'`. */
  readonly expose?: Expose | undefined;
  /** Parameters that a page may choose, beside `message`. Default: none. */
  readonly accept?: readonly (keyof CreateParams)[] | undefined;
  /** For how long a run is this process's to read, without a sign of life. Default 5,000. */
  readonly lease?: number | undefined;
  /** For how long a run is read on when its last viewer has left. Default 10,000. */
  readonly linger?: number | undefined;
  /** Whether runs that the `handler` starts are read to their end, whoever watches. Default `false`. */
  readonly keep?: boolean | undefined;
  /** Between the comments that keep a viewer's connection alive. Default 15,000. */
  readonly keepAlive?: number | undefined;
}

/** How a run is started here. */
export interface StartOptions {
  /** Reads the run to its end, whoever watches. Default: the relay's `keep`. */
  readonly keep?: boolean | undefined;
  /** Names the run, so that it is never started twice. Default: one for each call. */
  readonly idempotencyKey?: string | undefined;
}

/** Where a viewer goes on. */
export interface ViewOptions {
  /** The `id` of the last message that it had: its `Last-Event-ID`. */
  readonly after?: string | null | undefined;
}

/**
 * Runs, for many viewers on many machines. What is told is what `expose` lets through. Unsubscribing
 * leaves the run alone: `stop` is an act of its own.
 */
export interface Relay {
  /** Starts a run, and watches it. One call is one run, as of `runs.create()`. */
  start(params: CreateParams, options?: StartOptions): Observable<RunEvent>;
  /** Goes on with a run that has ended, and watches the turn. */
  reply(runId: number, params: ReplyParams, options?: StartOptions): Observable<RunEvent>;
  /** A run from its beginning, or after a cursor: while it executes, and as long as it is kept. */
  watch(runId: number, options?: ViewOptions): Observable<RunEvent>;
  /** The same as server-sent events, each with the cursor behind it: for Nest's `@Sse()`, say. */
  messages(runId: number, options?: ViewOptions): Observable<Message>;
  /** Ends a run, for all who watch it. */
  stop(runId: number): Observable<Run>;
  /** What the run asks of people. */
  pending(runId: number): Observable<PermissionRequest>;
  /** Decides on a tool, or answers a question. */
  decide(runId: number, decision: Approval): Observable<PermissionRequest>;
  decide(runId: number, decision: Answer): Observable<Answered>;
  /** Answers browsers, and any other client of the API, wherever it is mounted. */
  readonly handler: (request: Request) => Promise<Response>;
  /** Lets go of all runs, for others to take over, and of all viewers, who come back elsewhere. */
  close(): Promise<void>;
}
