import { finalize, map, share, take, tap, toArray, type Observable } from 'rxjs';
import type { Run } from '../api/objects';
import type { Answer, Approval, ListParams } from '../api/params';
import type { Runs } from '../api/Runs';
import { answered } from './refusals';
import { refusal, type Action, type Grant } from './admission';
import type { Exposed } from './expose';

/** A request that was let in. */
export interface Call {
  readonly request: Request;
  readonly run_id: number;
  readonly params: Action['params'];
  readonly grant: Grant;
}

/** The routes that answer with what the API has on record, without its stream. [wire §1 Routes] */
export const records = (
  runs: Runs,
  exposed: Exposed,
  onBegun: (run_id: number, grant: Grant) => void,
): { readonly [route: string]: (call: Call) => Observable<Response> } => {
  const asking = new Map<string, Observable<Run>>();
  /** A run's record. Who asks while it is asked for is told the same: when a run ends, all ask at once. */
  const get = (run_id: number, user_id: string | undefined): Observable<Run> => {
    const key = `${run_id} ${user_id ?? ''}`;
    const known = asking.get(key);
    if (known !== undefined) return known;
    const forget = (): void => void asking.delete(key);
    const asked = runs.get(run_id, { user_id }).pipe(finalize(forget), share());
    asking.set(key, asked);
    return asked;
  };

  const list = ({ params, grant }: Call): Observable<Response> => {
    const { user_id } = grant.params ?? {};
    if (user_id === undefined && grant.account !== true) throw refusal('forbidden'); // all users' runs are nobody's
    const number = (name: string) =>
      params[name] === undefined ? undefined : Number(params[name]);
    const limit = number('limit') ?? 20;
    const filters = { user_id, limit, starting_after: number('starting_after') };
    return runs.list({ ...filters, status: params['status'] } as ListParams).pipe(
      take(Math.max(1, limit) + 1), // that many less than one are refused, not none
      toArray(),
      map((found) => {
        const data = found.slice(0, limit);
        const has_more = found.length > limit;
        const next = has_more ? { next_starting_after: data.at(-1)?.id } : {};
        return answered({ data: data.map(exposed.run), has_more, ...next });
      }),
    );
  };

  return {
    'GET runs': list,
    'GET run': ({ run_id, grant }) =>
      get(run_id, grant.params?.user_id).pipe(map((run) => answered(exposed.run(run)))),
    'GET permissions': ({ run_id }) =>
      runs.permissions(run_id).pipe(
        map(exposed.permission),
        toArray(),
        map((all) => answered(all)),
      ),
    'POST approve': ({ run_id, params }) =>
      runs
        .approve(run_id, params as unknown as Approval)
        .pipe(map((request) => answered(exposed.permission(request)))),
    'POST answer': ({ run_id, params }) =>
      runs
        .answer(run_id, params as unknown as Answer)
        .pipe(map(({ status, resumed }) => answered({ status, resumed }))),
    'POST cancel': ({ run_id, grant }) =>
      runs
        .cancel(run_id, { user_id: grant.params?.user_id })
        .pipe(map((run) => answered(exposed.run(run)))),
    // A page may confirm it; what it is paid with is the server's to say.
    'POST retry': ({ request, run_id, grant }) =>
      runs
        .retry(run_id, {
          confirm: new URL(request.url).searchParams.get('confirm') === 'true' || undefined,
        })
        .pipe(
          tap(({ id }) => onBegun(id, grant)),
          map((run) => answered(exposed.run(run))),
        ),
  };
};
