import { concatMap, defer, map, of, tap, throwIfEmpty, type Observable } from 'rxjs';
import { isOver, type Answered, type PermissionRequest, type Run } from '../api/objects';
import type { Answer, Approval, CreateParams, ReplyParams } from '../api/params';
import { ConnectionError } from '../errors';
import type { RunEvent } from '../events/RunEvent';
import { admission, refusal, type Action, type Grant } from './admission';
import { chunks, messages, type Message } from './chunks';
import { readCursor } from './cursor';
import { exposed } from './expose';
import { handler } from './handler';
import { impatient } from './impatient';
import { names, type Names } from './names';
import {
  checked,
  type CreateRelayOptions,
  type StartOptions,
  type ViewOptions,
} from './CreateRelayOptions';
import type { Whose } from './office';
import { CLOSED, telling } from './telling';
import { currentTurn } from './turn';
import { viewers, type Opened } from './viewers';

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
  /** The turn that a run is at: that of the last message that somebody sent. */
  turn(runId: number, options?: Whose): Observable<Turn>;
  /** Ends a run, for all who watch it. */
  stop(runId: number, options?: Whose): Observable<Run>;
  /** What the run asks of people, as far as `expose` lets it through. */
  pending(runId: number): Observable<PermissionRequest>;
  /** Decides on a tool, or answers a question. */
  decide(runId: number, decision: Approval): Observable<PermissionRequest>;
  decide(runId: number, decision: Answer): Observable<Answered>;
  /** Who may do what: as `authorize` says, an error where it lets nobody in. For handlers of your own. */
  admit(request: Request, action: Action): Observable<Grant>;
  /** Names of runs that pages choose before there is a run, known on any machine. */
  readonly names: Names;
  /** Answers browsers, and any other client of the API, wherever it is mounted. */
  readonly handler: (request: Request) => Promise<Response>;
  /** Lets go of all runs, for others to take over, and of all viewers, who come back elsewhere. */
  close(): Promise<void>;
}

/** A turn of a run. */
export interface Turn {
  /** 1, 2, 3 … */
  readonly number: number;
  /** Whether it, and with it the run, has ended. */
  readonly isOver: boolean;
  /** Whether the log takes no more of the run, which it could not keep: it has no turn after this one. */
  readonly isShut: boolean;
  /** The turn from its beginning to its end: what is kept, then live. */
  readonly events: Observable<RunEvent>;
}

/**
 * Your server, between the API and many viewers: a run is read once, kept in a log, and told to
 * whoever watches it, on any machine that has the log. Whoever reads it may die: another goes on.
 *
 * `handler` speaks the API's own protocol, so that in the page it is `createClient({ relay })`, with
 * the same calls and operators; the API key stays on the server.
 *
 * @example
 * ```ts
 * import { createServer } from 'node:http';
 * import { createClient } from 'm8tes-rx';
 * import { createRelay, memoryLog, toNode } from 'm8tes-rx/relay';
 *
 * const relay = createRelay({
 *   client: createClient(),
 *   log: memoryLog(),
 *   // Whoever has signed in may do all of it, with runs of their own.
 *   authorize: (request) => {
 *     const user = userOf(request.headers.get('cookie'));
 *     return user ? { owner: user, params: { user_id: user, tools: ['gmail'] } } : undefined;
 *   },
 * });
 * createServer(toNode(relay.handler)).listen(3000);
 *
 * const userOf = (cookie: string | null) => /user=(\w+)/.exec(cookie ?? '')?.[1];
 * ```
 *
 * @throws InvalidArgumentError when an option is missing or unusable.
 */
export const createRelay = (options: CreateRelayOptions): Relay => {
  const { client, log, authorize, expose, accept, lease, linger, keep, keepAlive } =
    checked(options);
  const { runs } = client;
  const seen = exposed(expose);
  const visible = expose === 'all' ? undefined : seen.event;

  const kept = impatient(log, lease);
  const present = viewers({
    ...{ log: kept, lease, linger },
    join: (run_id, options) => runs.join(run_id, { ...options, onUnsubscribe: 'detach' }),
    isOver: (run_id, options) => runs.get(run_id, options).pipe(map(isOver)),
  });

  /** A relay that is closed opens no run, and nobody takes that for a run of no events. */
  const toldOf = <A>(
    opened: Observable<Opened>,
    tell: (run: Opened) => Observable<A>,
  ): Observable<A> =>
    opened.pipe(
      throwIfEmpty(() => new ConnectionError(CLOSED)),
      concatMap(tell),
    );
  const eventsOf = (opened: Observable<Opened>): Observable<RunEvent> =>
    toldOf(opened, (run) =>
      telling(run, (_, events) =>
        visible === undefined ? events : events.flatMap((event) => visible(event) ?? []),
      ),
    );
  /** A run, after the cursor where there is one that leads somewhere. */
  const after = (run_id: number, { after: id, user_id }: ViewOptions = {}): Observable<Opened> =>
    present
      .resuming(run_id, readCursor(id))
      .pipe(
        concatMap((from) =>
          present
            .existing(run_id, { user_id })
            .pipe(map((run) => ({ run_id, told: () => run.told(from ?? {}) }))),
        ),
      );
  const key = ({ idempotencyKey = crypto.randomUUID() }: StartOptions) =>
    ({ idempotencyKey, onUnsubscribe: 'detach' }) as const;

  /** The API knows a user's runs; what its record says is believed over what it lets through. */
  const isTheirs = (run_id: number, user_id: string) =>
    runs.get(run_id, { user_id }).pipe(
      tap((run) => {
        if ((run.user_id ?? user_id) !== user_id) throw refusal('missing');
      }),
    );

  const admit = admission(authorize, isTheirs);

  const decide = ((runId: number, decision: Approval | Answer) =>
    'decision' in decision
      ? runs.approve(runId, decision)
      : runs.answer(runId, decision)) as Relay['decide'];

  return {
    start: (params, how = {}) => {
      const run = runs.create({ ...params, stream: true }, key(how));
      const { keep: keeps = keep } = how;
      return eventsOf(present.start(run, { keep: keeps, user_id: params.user_id }));
    },
    reply: (runId, params, how = {}) => {
      const named = key(how);
      const turn = runs.reply(runId, { ...params, stream: true }, named);
      const { keep: keeps = keep, user_id } = how;
      return eventsOf(
        defer(() => present.reply(runId, turn, named.idempotencyKey, { keep: keeps, user_id })),
      );
    },
    watch: (runId, how) => eventsOf(defer(() => after(runId, how))),
    messages: (runId, how) =>
      toldOf(
        defer(() => after(runId, how)),
        (run) =>
          telling(
            run,
            (entries) => messages(entries, visible),
            (id) => [{ ...(id !== undefined && { id }), data: '[DONE]' }],
          ),
      ),
    turn: (runId, how) =>
      toldOf(
        defer(() => present.existing(runId, how)),
        ({ told }) => currentTurn(kept, runId, told),
      ).pipe(
        map(({ told, ...turn }) => ({ ...turn, events: eventsOf(of({ run_id: runId, told })) })),
      ),
    stop: (runId, options) => runs.cancel(runId, options),
    pending: (runId) =>
      runs.permissions(runId).pipe(map((asked) => seen.permission(asked) as PermissionRequest)),
    ...{ decide, admit },
    names: names(kept),
    handler: handler({
      ...{
        client,
        viewers: present,
        exposed: seen,
        chunk: chunks(visible),
        accept,
        keep,
        keepAlive,
      },
      admit,
    }),
    close: present.close,
  };
};
