import {
  catchError,
  concat,
  concatMap,
  defer,
  EMPTY,
  filter,
  from,
  isEmpty,
  map,
  of,
  tap,
  throwError,
  toArray,
  type Observable,
} from 'rxjs';
import type { Run } from '../../api/objects';
import type { RunEvent } from '../../events/RunEvent';
import { boundKey, refusal, type Action, type Grant } from '../../relay/admission';
import { begin, type Begun } from '../../relay/begin';
import type { Relay } from '../../relay/createRelay';
import type { StartOptions } from '../../relay/CreateRelayOptions';
import { turnOf } from '../turnOf';
import { decide, decisionOf } from './answers';
import type { ResumeEntry, Want, Wanted } from './input';
import type { Mapping } from './mapped';

/** A turn that is to be told, and how. */
export interface Opened extends Pick<Mapping, 'scope' | 'after' | 'first'> {
  readonly run_id: number | undefined;
  readonly events: Observable<RunEvent>;
}

/** A thread is a run: by its id, or by what its client calls it, which is kept with whose it is. */
export interface Threads {
  /** The turn that a client wants to see, once what it wants of it is done. */
  readonly open: (request: Request, wanted: Wanted) => Observable<Opened>;
  readonly stop: (request: Request, threadId: string) => Observable<Run>;
}

type Say = Extract<Want, { readonly type: 'say' }>;

/** What a message is to a run, or to a thread that has none yet: so that it is said once. */
const nameOf = (thread: string | number, { id, message }: Say): string =>
  JSON.stringify(['ag-ui', thread, id, message]);

/** Does what clients want of threads, as far as they may. */
export const threads = (relay: Relay, { keep }: Pick<StartOptions, 'keep'> = {}): Threads => {
  const { names } = relay;

  /** The run of a thread; undefined where there is none yet. Who asks by a name has no other's. */
  const runOf = (
    request: Request,
    threadId: string,
    action: Action,
  ): Observable<number | undefined> =>
    /^[1-9]\d{0,14}$/.test(threadId)
      ? of(Number(threadId))
      : relay.admit(request, action).pipe(concatMap(({ owner }) => names.get(owner, threadId)));

  const current = (run_id: number, { params }: Grant): Observable<Opened> =>
    relay
      .turn(run_id, { user_id: params?.user_id })
      .pipe(map(({ number, events }) => ({ run_id, scope: `${run_id}.${number}`, events })));

  const told = (begun: Begun, grant: Grant): Observable<Opened> =>
    turnOf(relay, begun, grant).pipe(map(({ name, ...turn }) => ({ scope: name, ...turn })));

  const start = (
    request: Request,
    { threadId, messages }: Wanted,
    said: Say,
  ): Observable<Opened> => {
    const { message } = said;
    // It had a run once, and what is said now would be said to one that knows nothing of it.
    if (messages.some(({ role }) => role === 'assistant')) throw refusal('missing');
    // The thread last: as long as it has no run, the same POST again is no reply to it.
    const named = (owner: string, run_id: number | undefined): Observable<never> =>
      run_id === undefined
        ? EMPTY
        : concat(
            names.set(owner, nameOf(run_id, said), run_id),
            names.set(owner, threadId, run_id),
          );
    return relay.admit(request, { name: 'create', params: { message } }).pipe(
      concatMap((grant) =>
        defer(() => boundKey(grant.owner, nameOf(threadId, said))).pipe(
          concatMap((idempotencyKey) =>
            begin(relay.start({ ...grant.params, message }, { idempotencyKey, keep })),
          ),
          concatMap((begun) =>
            concat(named(grant.owner, begun.run_id), told(begun, grant)).pipe(
              tap({ error: begun.leave }),
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

  const reply = (request: Request, run_id: number, said: Say): Observable<Opened> => {
    const { message } = said;
    const name = nameOf(run_id, said);
    const send = (grant: Grant): Observable<Opened> => {
      const { owner, params = {} } = grant;
      const { tools, task_setup_tools, feedback, user_id } = params;
      const asked = { message, tools, task_setup_tools, feedback };
      return defer(() => boundKey(owner, name)).pipe(
        concatMap((idempotencyKey) =>
          begin(relay.reply(run_id, asked, { idempotencyKey, keep, user_id }), run_id),
        ),
        concatMap((begun) =>
          concat(names.set(owner, name, run_id), told(begun, grant)).pipe(
            tap({ error: begun.leave }),
          ),
        ),
      );
    };
    return relay.admit(request, { name: 'reply', run_id, params: { message } }).pipe(
      concatMap((grant) =>
        names.get(grant.owner, name).pipe(
          concatMap((known) => {
            if (known !== undefined) return current(run_id, grant);
            return isWaiting(run_id, grant).pipe(
              concatMap((waits) => (waits ? throwError(() => refusal('conflict')) : send(grant))),
            );
          }),
        ),
      ),
    );
  };

  const answer = (
    request: Request,
    run_id: number,
    entries: readonly ResumeEntry[],
  ): Observable<Opened> => {
    const after = entries.map(({ interruptId }) => interruptId);
    return from(entries).pipe(
      concatMap((entry) =>
        relay.admit(request, { name: 'decide', run_id, params: { ...decisionOf(entry) } }),
      ),
      toArray(),
      concatMap((grants) =>
        decide(relay, run_id, entries).pipe(
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
    if (want.type === 'say') {
      const params = { message: want.message };
      return runOf(request, threadId, { name: 'create', params }).pipe(
        concatMap((run_id) =>
          run_id === undefined ? start(request, wanted, want) : reply(request, run_id, want),
        ),
      );
    }
    const name = want.type === 'answer' ? 'decide' : 'watch';
    return runOf(request, threadId, { name, params: {} }).pipe(
      concatMap((run_id) => {
        if (run_id === undefined) throw refusal('missing');
        if (want.type === 'answer') return answer(request, run_id, want.entries);
        return relay
          .admit(request, { name, run_id, params: {} })
          .pipe(concatMap((grant) => current(run_id, grant)));
      }),
    );
  };

  const stop = (request: Request, threadId: string): Observable<Run> => {
    const action = { name: 'stop', params: {} } as const;
    return runOf(request, threadId, action).pipe(
      concatMap((run_id) => {
        if (run_id === undefined) throw refusal('missing');
        return relay
          .admit(request, { ...action, run_id })
          .pipe(concatMap(({ params }) => relay.stop(run_id, { user_id: params?.user_id })));
      }),
    );
  };

  return { open, stop };
};
