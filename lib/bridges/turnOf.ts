import { catchError, map, of, type Observable } from 'rxjs';
import type { RunEvent } from '../events/RunEvent';
import type { Grant } from '../relay/admission';
import type { Begun } from '../relay/begin';
import type { Relay } from '../relay/createRelay';

/** A turn that has begun, and its name among those of all runs. */
export interface Named {
  /** `<run>.<turn>`; of one that is told past any log, the turn is a random name. */
  readonly name: string;
  readonly run_id: number | undefined;
  readonly events: Observable<RunEvent>;
}

/** The turn that has begun, as the run's log tells it; or as it comes, where there is none that takes it. */
export const turnOf = (
  relay: Pick<Relay, 'turn'>,
  { run_id, events, leave }: Begun,
  { params }: Grant,
): Observable<Named> => {
  const past = { name: `${run_id ?? 'run'}.${crypto.randomUUID()}`, run_id, events };
  if (run_id === undefined) return of(past);
  return relay.turn(run_id, { user_id: params?.user_id }).pipe(
    map(({ number, isShut, events }) => {
      if (isShut) return past;
      leave();
      return { name: `${run_id}.${number}`, run_id, events };
    }),
    catchError(() => of(past)),
  );
};
