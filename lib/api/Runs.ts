import type { Observable } from 'rxjs';
import type { EventWith, RunEvent } from '../events/RunEvent';
import type { Asking, RunWith } from './structured';
import type {
  Answered,
  PermissionModeChange,
  PermissionRequest,
  Run,
  RunCheck,
  RunFile,
  RunMessage,
  RunOutcome,
  Share,
} from './objects';
import type {
  AbortOptions,
  CallOptions,
  MessagesOptions,
  PollOptions,
  RetryRunOptions,
  StartAndWaitOptions,
  StreamOptions,
  TextOptions,
  UserOptions,
  WaitOptions,
} from './options';
import type {
  Answer,
  Approval,
  CreateParams,
  ListParams,
  PermissionMode,
  ReplyParams,
} from './params';

/** With `stream: false`. @inline */
type Quiet = { readonly stream: false };
/** Without it. @inline */
type Streamed = { readonly stream?: true | undefined };

/**
 * Runs, as Observables. Every call is cold: nothing is sent before it is subscribed to, and
 * unsubscribing closes the connection. Bad parameters are an `InvalidArgumentError`, before
 * anything is sent; a refusal is an `ApiError`, no answer a `ConnectionError` or a `RunTimeoutError`,
 * an answer of the wrong shape a `DecodeError`.
 */
export interface Runs {
  /**
   * Starts a run, and streams what it does.
   *
   * One call is one run: the idempotency key is made when `create()` is called, so a `retry`, a
   * second subscriber or a re-subscription joins the run and never starts another. For a new run
   * each time, call it each time: `defer(() => runs.create(…))`.
   *
   * With an `output` (an io-ts codec, or a Standard Schema such as one of zod) the run is asked for
   * data of that shape, and when it has completed the last event is `output`, which has it decoded.
   *
   * @throws StreamInterruptedError when the stream broke off and could not be healed.
   * @throws DecodeError when the data does not fit `output`.
   */
  create<A>(
    params: CreateParams & Asking<A> & Streamed,
    options?: CallOptions,
  ): Observable<EventWith<A>>;
  create<A>(
    params: CreateParams & Asking<A> & Quiet,
    options?: CallOptions,
  ): Observable<RunWith<A>>;
  create(params: CreateParams & Streamed, options?: CallOptions): Observable<RunEvent>;
  /** Starts a run in the background: its record, to {@link Runs.poll}. */
  create(params: CreateParams & Quiet, options?: CallOptions): Observable<Run>;
  create(params: CreateParams, options?: CallOptions): Observable<RunEvent | Run>;

  /** Goes on with a run that has ended, under the same id; always non-interactive. [wire §5] */
  reply(runId: number, params: ReplyParams & Streamed, options?: CallOptions): Observable<RunEvent>;
  reply(runId: number, params: ReplyParams & Quiet, options?: CallOptions): Observable<Run>;
  reply(runId: number, params: ReplyParams, options?: CallOptions): Observable<RunEvent | Run>;

  /**
   * Starts a run, and streams its words: `create()` through `failOnError()` and `textOnly()`. Words
   * alone could not tell a run that failed from one that had nothing to say.
   *
   * @throws RunFailedError after the words that came, when the run failed or was cancelled; not with
   *   `{ failOnError: false }`.
   */
  streamText(params: Omit<CreateParams, 'stream'>, options?: TextOptions): Observable<string>;

  /**
   * Joins the stream of a run that executes: its history so far, then live. An `ApiError` of kind
   * `conflict` once it has ended.
   *
   * With events in `after` it is what follows them, trimmed by content; of a run that has ended, the
   * rest of its text and its ending come from its record then, where that is certain. What an
   * interruption says was `delivered` counts them, too.
   *
   * @throws StreamInterruptedError when the stream broke off and could not be healed, or is not one
   *   that `after` is the beginning of.
   */
  join(runId: number, options?: StreamOptions): Observable<RunEvent>;
  /** The same as {@link Runs.join}: the name it has in the Python client. */
  stream(runId: number, options?: StreamOptions): Observable<RunEvent>;

  /** Each change of a run's record, until it is over. @throws RunTimeoutError when that takes too long. */
  poll(runId: number, options?: PollOptions): Observable<Run>;

  /**
   * Polls a run, and answers what it asks of people: each pending request once, by its handler.
   *
   * @throws UnansweredError when it asks what no handler is for.
   */
  wait(runId: number, options?: WaitOptions): Observable<Run>;
  /** Starts a run in the background and {@link Runs.wait}s for it; `output` as in {@link Runs.create}. */
  createAndWait<A>(
    params: Omit<CreateParams, 'stream'> & Asking<A>,
    options?: StartAndWaitOptions,
  ): Observable<RunWith<A>>;
  createAndWait(
    params: Omit<CreateParams, 'stream'>,
    options?: StartAndWaitOptions,
  ): Observable<Run>;
  /** Goes on with a run in the background and {@link Runs.wait}s for it. */
  replyAndWait(
    runId: number,
    params: Omit<ReplyParams, 'stream'>,
    options?: StartAndWaitOptions,
  ): Observable<Run>;

  /** A run's record. */
  get(runId: number, options?: UserOptions): Observable<Run>;
  /** Runs, newest first; pages are fetched as their items are taken. */
  list(params?: ListParams, options?: AbortOptions): Observable<Run>;
  /** Ends a run; a conflict if it has ended. */
  cancel(runId: number, options?: UserOptions): Observable<Run>;
  /** Makes a NEW run of the same message. It is billed, so it is never repeated by itself. */
  retry(runId: number, options?: RetryRunOptions): Observable<Run>;
  /** Takes a run out of the default list; it stays readable by id. */
  archive(runId: number, options?: AbortOptions): Observable<Run>;
  /** Notes that somebody has looked at it. */
  view(runId: number, options?: UserOptions): Observable<Run>;
  /** What it came to. */
  outcome(runId: number, options?: AbortOptions): Observable<RunOutcome>;
  /** Its conversation, message by message. */
  messages(runId: number, options?: MessagesOptions): Observable<RunMessage>;
  /** Whether anything has changed, at a glance. */
  check(options?: UserOptions): Observable<RunCheck>;
  /** What it asks a person, request by request; show `display_name`, not `tool_name`. */
  permissions(runId: number, options?: AbortOptions): Observable<PermissionRequest>;
  /** Decides a tool approval. A code of `gate_resolved_otherwise` means that another approver decided the opposite. */
  approve(runId: number, approval: Approval, options?: AbortOptions): Observable<PermissionRequest>;
  /** Answers a question (text → label), or a plan (`{ 'Plan Approval': 'Approve' }`). */
  answer(runId: number, answer: Answer, options?: AbortOptions): Observable<Answered>;
  /** `autonomous` also allows what is pending. */
  updatePermissionMode(
    runId: number,
    mode: PermissionMode,
    options?: AbortOptions,
  ): Observable<PermissionModeChange>;
  /** Its files, one by one. */
  files(runId: number, options?: AbortOptions): Observable<RunFile>;
  /** A file's bytes, as they come. */
  downloadFile(runId: number, name: string, options?: AbortOptions): Observable<Uint8Array>;
  /** Its public link; the same each time, until it is taken back. */
  share(runId: number, options?: AbortOptions): Observable<Share>;
  /** Takes the public link back; the next one is another. Completes without a value. */
  unshare(runId: number, options?: AbortOptions): Observable<never>;
}
