import {
  catchError,
  concat,
  concatMap,
  defer,
  EMPTY,
  forkJoin,
  map,
  of,
  tap,
  toArray,
  type Observable,
} from 'rxjs';
import type { CreateParams, ReplyParams } from '../../api/params';
import { ApiError } from '../../errors';
import type { RunEvent } from '../../events/RunEvent';
import { boundKey, type Action, type Grant } from '../../relay/admission';
import { begin, type Begun } from '../../relay/begin';
import type { Relay } from '../../relay/createRelay';
import { turnOf } from '../turnOf';
import { decide } from './answers';
import { asked, runOf, type Asked, type Continued } from './asked';
import type { Known } from './chunks';

type Params = Action['params'];

/** A message of a run that is to be told: a turn. */
export interface Message {
  readonly messageId: string;
  readonly run_id: number | undefined;
  readonly events: Observable<RunEvent>;
  readonly known?: Known | undefined;
}

/** A chat's run, and what whoever asks may do with it. */
interface Chat {
  readonly run_id: number;
  readonly grant: Grant;
}

/** A message on its way to the API. */
interface Sent {
  readonly chat: string;
  readonly text: string;
  readonly key: string;
}

type Sending = Pick<Asked, 'chat' | 'run_id'> & { readonly message: NonNullable<Asked['message']> };
type Continuing = Pick<Asked, 'chat' | 'run_id'> & { readonly continued: Continued };

/** What a page can do with its chats. Nothing is done before it is subscribed to. */
export interface Chats {
  /** What the body of a POST asks for. */
  readonly post: (request: Request, params: Params) => Observable<Message>;
  /** The message that a chat is at; none where its run is over. */
  readonly current: (request: Request, chat: string) => Observable<Message>;
  readonly stop: (request: Request, chat: string, params: Params) => Observable<unknown>;
}

/** The code of a refusal: of a chat that nobody has begun, or whose name is not kept any more. */
export const UNKNOWN = 'chat_unknown';

const unknownChat = (): ApiError =>
  new ApiError('there is no such chat', { kind: 'missing', status: 404, code: UNKNOWN });

const waiting = (): ApiError =>
  new ApiError('it waits for an answer', {
    ...{ kind: 'conflict', status: 409, code: 'run_awaiting_approval' },
  });

/** What of a reply's parameters the server may decide. */
const REPLYING = ['tools', 'task_setup_tools', 'feedback'] as const;

const replying = ({ params = {} }: Grant): object =>
  Object.fromEntries(
    REPLYING.flatMap((name) => (params[name] === undefined ? [] : [[name, params[name]]])),
  );

/**
 * Chats as runs: the first message starts one, and each that follows replies to it. A message is sent
 * to the API under a key made of whose it is, which chat's, and what it says, so that a POST that is
 * repeated is no second run.
 */
export const chats = (relay: Relay, { keep }: { readonly keep?: boolean | undefined }): Chats => {
  const admitted = (
    request: Request,
    name: Action['name'],
    run_id: number,
    params: Params,
  ): Observable<Chat> =>
    relay.admit(request, { name, run_id, params }).pipe(map((grant) => ({ run_id, grant })));

  /** The run that a chat's messages name, or its id does; else what its id was made to stand for. */
  const chatOf = (
    request: Request,
    name: Action['name'],
    { chat, run_id = runOf(chat) }: { readonly chat: string; readonly run_id?: number | undefined },
    params: Params,
  ): Observable<Chat> => {
    if (run_id !== undefined) return admitted(request, name, run_id, params);
    return relay.admit(request, { name, params }).pipe(
      concatMap(({ owner }) => relay.names.get(owner, chat)),
      concatMap((known) => {
        if (known === undefined) throw unknownChat();
        return admitted(request, name, known, params);
      }),
    );
  };

  const told = (begun: Begun, grant: Grant): Observable<Message> =>
    turnOf(relay, begun, grant).pipe(map(({ name, ...turn }) => ({ messageId: name, ...turn })));

  const start = (grant: Grant, { chat, text, key }: Sent): Observable<Message> => {
    const { owner } = grant;
    const params = { ...grant.params, message: text } as CreateParams;
    const name = (name: string, run_id: number): Observable<never> =>
      relay.names
        .get(owner, name)
        .pipe(
          concatMap((known) => (known === run_id ? EMPTY : relay.names.set(owner, name, run_id))),
        );
    return begin(relay.start(params, { idempotencyKey: key, keep })).pipe(
      concatMap((begun) => {
        const { run_id } = begun;
        // The chat last: as long as it has no run, the same POST again is no reply to it.
        const named = run_id === undefined ? EMPTY : concat(name(key, run_id), name(chat, run_id));
        return concat(named, told(begun, grant)).pipe(tap({ error: begun.leave }));
      }),
    );
  };

  const reply = ({ run_id, grant }: Chat, { text, key }: Sent): Observable<Message> => {
    const params = { ...replying(grant), message: text } as ReplyParams;
    const how = { idempotencyKey: key, keep, user_id: grant.params?.user_id };
    return begin(relay.reply(run_id, params, how), run_id).pipe(
      concatMap((begun) => told(begun, grant)),
    );
  };

  /**
   * Which turn a run is at: undefined where nothing is kept of it. One that waits for people takes no
   * message, which would wait with it, and its page could not answer meanwhile.
   */
  const place = ({ run_id, grant }: Chat): Observable<number | undefined> =>
    relay.turn(run_id, { user_id: grant.params?.user_id }).pipe(
      catchError(() => of(undefined)),
      concatMap((turn) =>
        (turn === undefined || turn.isOver ? EMPTY : relay.pending(run_id)).pipe(
          toArray(),
          map((all) => {
            if (all.some(({ status }) => status === 'pending')) throw waiting();
            return turn?.number;
          }),
        ),
      ),
    );

  const send = (request: Request, params: Params, { chat, run_id, message }: Sending) => {
    const { id, text, again } = message;
    const sent = (owner: string, place?: number): Observable<Sent> =>
      defer(() => boundKey(owner, JSON.stringify([chat, id, text, place]))).pipe(
        map((key) => ({ chat, text, key })),
      );
    const replied = (to: Chat): Observable<Message> =>
      place(to).pipe(
        concatMap((place) => sent(to.grant.owner, again ? place : undefined)), // another turn each time
        concatMap((one) => reply(to, one)),
      );
    const known = run_id ?? runOf(chat);
    if (known !== undefined)
      return admitted(request, 'reply', known, params).pipe(concatMap(replied));
    return relay.admit(request, { name: 'create', params }).pipe(
      concatMap((grant) =>
        forkJoin([sent(grant.owner), relay.names.get(grant.owner, chat)]).pipe(
          concatMap(([one, run_id]) => {
            if (run_id === undefined) return start(grant, one);
            // Where the run was started by this, it is the same POST once more.
            return relay.names
              .get(grant.owner, one.key)
              .pipe(
                concatMap((its) =>
                  its === run_id && !again
                    ? start(grant, one)
                    : admitted(request, 'reply', run_id, params).pipe(concatMap(replied)),
                ),
              );
          }),
        ),
      ),
    );
  };

  const goOn = (
    request: Request,
    params: Params,
    { chat, run_id, continued }: Continuing,
  ): Observable<Message> =>
    chatOf(request, 'decide', { chat, run_id }, params).pipe(
      concatMap(({ run_id, grant }) =>
        decide(relay, run_id, continued.said).pipe(
          concatMap((decided) =>
            relay.turn(run_id, { user_id: grant.params?.user_id }).pipe(
              map(({ events }): Message => {
                const { messageId, ...known } = continued;
                return { messageId, run_id, events, known: { ...known, decided } };
              }),
            ),
          ),
        ),
      ),
    );

  return {
    post: (request, params) =>
      defer(() => {
        const { message, continued, ...chat } = asked(params);
        return continued === undefined
          ? send(request, params, { ...chat, message: message! })
          : goOn(request, params, { ...chat, continued });
      }),
    current: (request, chat) =>
      chatOf(request, 'watch', { chat }, {}).pipe(
        concatMap(({ run_id, grant }) =>
          relay
            .turn(run_id, { user_id: grant.params?.user_id })
            .pipe(
              concatMap(({ number, isOver, events }) =>
                isOver ? EMPTY : of({ messageId: `${run_id}.${number}`, run_id, events }),
              ),
            ),
        ),
      ),
    stop: (request, chat, params) =>
      chatOf(request, 'stop', { chat }, params).pipe(
        concatMap(({ run_id, grant }) => relay.stop(run_id, { user_id: grant.params?.user_id })),
      ),
  };
};
