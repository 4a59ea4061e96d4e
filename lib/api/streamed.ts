import { identity, type Observable } from 'rxjs';
import type { RunEvent } from '../events/RunEvent';
import { abortable } from '../http/abortable';
import type { Healing } from '../stream/Healing';
import { resume } from '../stream/resume';
import type { Api } from './Api';
import { cancelOnUnsubscribe } from './cancelOnUnsubscribe';
import type { LeaveOptions } from './LeaveOptions';

/** A run's stream: healed, watched, and left as the caller wishes. */
export const streamed = (
  { streams, watched, onLog, ...api }: Api,
  healing: Pick<Healing, 'open' | 'join' | 'record' | 'turn'>,
  cancel: (run_id: number | undefined) => Observable<unknown>,
  { signal, onUnsubscribe = api.onUnsubscribe }: LeaveOptions,
): Observable<RunEvent> =>
  resume({ ...streams, ...healing }).pipe(
    onUnsubscribe === 'cancel'
      ? cancelOnUnsubscribe(cancel, (error) =>
          onLog({
            level: 'warn',
            message: 'a run that was left could not be cancelled, and may be going on',
            error,
          }),
        )
      : identity,
    watched,
    abortable(signal),
  );
