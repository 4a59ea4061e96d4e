import {
  catchError,
  concat,
  concatMap,
  defer,
  EMPTY,
  filter,
  forkJoin,
  ignoreElements,
  isEmpty,
  map,
  of,
  take,
  throwError,
  toArray,
  type Observable,
} from 'rxjs';
import type { Answer, Approval } from '../../api/params';
import type { RunEvent } from '../../events/RunEvent';
import { boundKey, refusal, type Action, type Grant } from '../../relay/admission';
import type { Relay } from '../../relay/createRelay';
import { decisionOf, refusedAnswer, settled } from './answers';
import type { AgUiEvent } from './events';
import type { ResumeEntry, Want, Wanted } from './input';
import type { Mapping } from './mapped';

/** A turn that is to be told, and how. */
export interface Opened extends Pick<Mapping, 'after' | 'first'> {
  readonly run_id: number;
  /** 1, 2, 3 … */
  readonly number: number;
  readonly events: Observable<RunEvent>;
}

/** A thread is a run: by its id, or by what its client calls it, which is kept with whose it is. */
export interface Threads {
  /** The run of a thread; undefined where there is none yet. */
  readonly runOf: (request: Request, threadId: string) => Observable<number | undefined>;
  /** The turn that a client wants to see, once what it wants of it is done. */
  readonly open: (request: Request, wanted: Wanted) => Observable<Opened>;
}

type Say = Extract<Want, { readonly type: 'say' }>;

/** What a message is to a run, or to a thread that has none yet: so that it is said once. */
const nameOf = (thread: string | number, messageId: string): string =>
  JSON.stringify(['ag-ui', thread, messageId]);

/** Does what clients want of threads, as far as they may. */
export const threads = (relay: Relay): Threads => {
  const { names } = relay;

  const runOf = (
    request: Request,
    threadId: string,
    params: Action['params'] = {},
  ): Observable<number | undefined> =>
    /^[1-9]\d{0,14}$/.test(threadId)
      ? of(Number(threadId))
      : // Whose name it is says who may begin a thread.
        relay
          .admit(request, { name: 'create', params })
          .pipe(concatMap(({ owner }) => names.get(owner, threadId)));

  const current = (run_id: number, { params }: Grant): Observable<Opened> =>
    relay
      .turn(run_id, { user_id: params?.user_id })
      .pipe(map(({ number, events }) => ({ run_id, number, events })));

  const start = (
    request: Request,
    { threadId, messages }: Wanted,
    { id, message }: Say,
  ): Observable<Opened> => {
    // It had a run once, and what is said now would be said to one that knows nothing of it.
    if (messages.some(({ role }) => role === 'assistant')) throw refusal('missing');
    const begin = (grant: Grant): Observable<number> =>
      defer(() => boundKey(grant.owner, nameOf(threadId, id))).pipe(
        concatMap((idempotencyKey) =>
          relay.start({ ...grant.params, message }, { idempotencyKey }),
        ),
        map((event) => (event.type === 'metadata' ? event.payload.run_id : undefined)),
        filter((run_id) => run_id !== undefined),
        take(1),
      );
    return relay
      .admit(request, { name: 'create', params: { message } })
      .pipe(
        concatMap((grant) =>
          begin(grant).pipe(
            concatMap((run_id) =>
              concat(
                names.set(grant.owner, threadId, run_id),
                names.set(grant.owner, nameOf(run_id, id), run_id),
                current(run_id, grant),
              ),
            ),
          ),
        ),
      );
  };

  /** Whether the run waits for people: what is said to it now would wait behind them. */
  const isWaiting = (run_id: number, { params }: Grant): Observable<boolean> =>
    relay.pending(run_id).pipe(
      filter(({ status }) => status === 'pending'),
      isEmpty(),
      concatMap((isNothing) =>
        isNothing
          ? of(false)
          : relay.turn(run_id, { user_id: params?.user_id }).pipe(
              map(({ isOver }) => !isOver),
              catchError(() => of(false)), // it has no turn any more that could wait
            ),
      ),
    );

  const reply = (request: Request, run_id: number, { id, message }: Say): Observable<Opened> => {
    const name = nameOf(run_id, id);
    const send = ({ owner, params = {} }: Grant): Observable<never> => {
      const { tools, task_setup_tools, feedback, user_id } = params;
      const asked = { message, tools, task_setup_tools, feedback };
      return defer(() => boundKey(owner, name)).pipe(
        concatMap((idempotencyKey) => relay.reply(run_id, asked, { idempotencyKey, user_id })),
        take(1),
        concatMap(() => names.set(owner, name, run_id)),
      );
    };
    const sendOnce = (grant: Grant, isSent: boolean): Observable<never> =>
      isSent
        ? EMPTY
        : isWaiting(run_id, grant).pipe(
            concatMap((waits) => (waits ? throwError(() => refusal('conflict')) : send(grant))),
          );
    return relay
      .admit(request, { name: 'reply', run_id, params: { message } })
      .pipe(
        concatMap((grant) =>
          names
            .get(grant.owner, name)
            .pipe(
              concatMap((known) =>
                concat(sendOnce(grant, known !== undefined), current(run_id, grant)),
              ),
            ),
        ),
      );
  };

  const decide = (run_id: number, decision: Approval | Answer): Observable<unknown> =>
    'decision' in decision ? relay.decide(run_id, decision) : relay.decide(run_id, decision);

  /** Answers what is still asked; emits what there is to say of what is not. */
  const decideAll = (run_id: number, entries: readonly ResumeEntry[]): Observable<AgUiEvent> =>
    relay.pending(run_id).pipe(
      toArray(),
      concatMap((requests) =>
        // All of them, before the first is sent.
        entries.map((entry) => {
          const asked = requests.find(({ request_id }) => request_id === entry.interruptId);
          return { asked, decision: decisionOf(entry, asked) };
        }),
      ),
      concatMap(({ asked, decision }) => {
        const told = (event: AgUiEvent | undefined) => (event === undefined ? EMPTY : of(event));
        const { status = 'pending' } = asked ?? {};
        if (asked !== undefined && status !== 'pending') return told(settled(decision, asked));
        return decide(run_id, decision).pipe(
          ignoreElements(),
          catchError((error: unknown) => told(refusedAnswer(decision, decision.request_id, error))),
        );
      }),
    );

  const answer = (
    request: Request,
    run_id: number,
    entries: readonly ResumeEntry[],
  ): Observable<Opened> => {
    const after = entries.map(({ interruptId }) => interruptId);
    const admitted = entries.map((entry) =>
      relay.admit(request, { name: 'decide', run_id, params: { ...decisionOf(entry) } }),
    );
    return forkJoin(admitted).pipe(
      concatMap((grants) =>
        decideAll(run_id, entries).pipe(
          toArray(),
          concatMap((first) =>
            current(run_id, grants[0]!).pipe(map((opened) => ({ ...opened, first, after }))),
          ),
        ),
      ),
    );
  };

  const open = (request: Request, wanted: Wanted): Observable<Opened> => {
    const { threadId, want } = wanted;
    const params = want.type === 'say' ? { message: want.message } : {};
    return runOf(request, threadId, params).pipe(
      concatMap((run_id) => {
        if (want.type === 'say')
          return run_id === undefined ? start(request, wanted, want) : reply(request, run_id, want);
        if (run_id === undefined) throw refusal('missing');
        if (want.type === 'answer') return answer(request, run_id, want.entries);
        return relay
          .admit(request, { name: 'watch', run_id, params: {} })
          .pipe(concatMap((grant) => current(run_id, grant)));
      }),
    );
  };

  return { runOf, open };
};
