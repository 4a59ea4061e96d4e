import {
  concatMap,
  defaultIfEmpty,
  defer,
  from,
  isObservable,
  map,
  of,
  take,
  tap,
  throwError,
  type Observable,
} from 'rxjs';
import { ApiError } from '../errors';
import type { Eventually } from '../api/Handlers';
import type { CreateParams } from '../api/params';

/** What somebody wants to do. */
export interface Action {
  readonly name: 'create' | 'reply' | 'retry' | 'watch' | 'read' | 'list' | 'stop' | 'decide';
  /** Which run; none where there is none yet, or all are asked for. */
  readonly run_id?: number | undefined;
  /** What was asked for: the body of the request, or its query. Nothing of it has been checked. */
  readonly params: { readonly [name: string]: unknown };
}

/** What somebody may do. */
export interface Grant {
  /** Who it is: two people's idempotency keys never meet. */
  readonly owner: string;
  /**
   * What the server decides of a run, whatever the page asks for: `teammate_id`, `tools` … Where
   * `user_id` is among it, no run of another user is reached: what is not that user's is 404.
   */
  readonly params?: Partial<Omit<CreateParams, 'message' | 'stream' | 'files'>> | undefined;
  /**
   * Whether all runs of the account may be listed, whoever's they are: as in a console of your own.
   * Default: those of `params.user_id`, and of nobody where there is none.
   */
  readonly account?: boolean | undefined;
}

/**
 * Who may do what: a run id is no credential. Nothing (undefined, null or false) is 403, and
 * `'missing'` is 404, for what that person must not know exists.
 */
export type Authorize = (
  request: Request,
  action: Action,
) => Eventually<Grant | 'missing' | undefined | null | false>;

/** Users whose run it is, that are remembered: it never changes. */
const MOST_KNOWN = 10_000;

const isPromise = <A>(value: Eventually<A>): value is PromiseLike<A> =>
  typeof (value as { readonly then?: unknown } | null | undefined)?.then === 'function';

const statuses = { forbidden: 403, missing: 404, conflict: 409 } as const;

/** A refusal of our own, told as one of the API's. */
export const refusal = (kind: keyof typeof statuses): ApiError =>
  new ApiError(kind, { kind, status: statuses[kind] });

/** Lets in who may do what they want to, to a run that is theirs. */
export const admission = (
  authorize: Authorize,
  /** Whether a run is a user's: an error where it is not. */
  check: (run_id: number, user_id: string) => Observable<unknown>,
): ((request: Request, action: Action) => Observable<Grant>) => {
  const known = new Set<string>();
  const isTheirs = (run_id: number, user_id: string): Observable<unknown> => {
    const key = `${run_id} ${user_id}`;
    if (known.has(key)) return of(true);
    return check(run_id, user_id).pipe(
      tap(() => {
        known.add(key);
        if (known.size > MOST_KNOWN) known.delete(known.values().next().value!);
      }),
    );
  };
  return (request, action) =>
    defer(() => {
      const decided = authorize(request, action);
      return isObservable(decided) || isPromise(decided) ? from(decided) : of(decided);
    }).pipe(
      take(1), // what it says later is of no request
      defaultIfEmpty(undefined),
      concatMap((grant) => {
        if (grant === 'missing') return throwError(() => refusal('missing'));
        if (!grant) return throwError(() => refusal('forbidden'));
        if (typeof grant.owner !== 'string' || grant.owner === '') {
          throw new TypeError('authorize gave a grant without an owner');
        }
        const { user_id } = grant.params ?? {};
        return action.run_id === undefined || user_id === undefined
          ? of(grant)
          : isTheirs(action.run_id, user_id).pipe(map(() => grant));
      }),
    );
};

const hex = (bytes: ArrayBuffer): string =>
  [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('');

/** A page's idempotency key as it goes to the API: bound to its owner. */
export const boundKey = async (owner: string, key: string | null): Promise<string> =>
  key === null
    ? crypto.randomUUID()
    : hex(
        await crypto.subtle.digest(
          'SHA-256',
          new TextEncoder().encode(JSON.stringify([owner, key])),
        ),
      );
