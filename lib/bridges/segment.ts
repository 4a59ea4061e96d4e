import {
  asyncScheduler,
  concatMap,
  Observable,
  Subscription,
  timer,
  toArray,
  type OperatorFunction,
  type SchedulerLike,
} from 'rxjs';
import type { PermissionRequest } from '../api/objects';
import { asksPeople, isInfrastructure } from '../events/kinds';
import type { RunEvent } from '../events/RunEvent';
import { inner } from '../operator';
import { requestsOf } from './requests';

/** That a run waits for people: the last word of a segment. */
export interface Asking {
  readonly type: 'asking';
  /** What is asked now, and can be answered. */
  readonly requests: readonly PermissionRequest[];
}

/** Milliseconds for more to be asked at once; and between two looks at a record that is late. */
const SETTLING = 100;
const MOST_SETTLING = 5_000;

/** Whether a run that was asking goes on, when it tells this. */
const goesOn = (event: RunEvent): boolean => !asksPeople(event) && !isInfrastructure(event);

/**
 * A turn up to where it waits for people. Other clients end their stream there, and bring the answers
 * with their next request; what follows is the next segment.
 *
 * ```
 * turn:     -a-p------r-b-d|    p: permission_request, r: permission_resolved
 * segment:  -a-p-(P|)           P: asking, when no more is asked for a moment
 * ```
 *
 * A segment ends right behind what asks: what is told in that moment is held back, for the next
 * segment to tell. So it is found again by what was asked, by whoever goes on. What has been answered
 * by then is no end of a segment: a turn that is told again goes on through it.
 *
 * @param pending what the run asks, by its record: only what stands there can be answered.
 */
export const segment =
  (
    pending: Observable<PermissionRequest>,
    settling = SETTLING,
    scheduler: SchedulerLike = asyncScheduler,
  ): OperatorFunction<RunEvent, RunEvent | Asking> =>
  (source) =>
    new Observable((subscriber) => {
      const asked = new Set<string>();
      const held: RunEvent[] = [];
      let isAsking = false;
      let looking = Subscription.EMPTY;

      const release = (): void => {
        for (const event of held.splice(0)) subscriber.next(event);
      };
      const goOn = (): void => {
        looking.unsubscribe();
        isAsking = false;
        asked.clear();
        release();
      };
      /** What does not name its requests asks for all that there are. */
      const isMeant = ({ request_id, status }: PermissionRequest): boolean =>
        status === 'pending' && (asked.size === 0 || asked.has(request_id));
      const look = (wait: number): void => {
        looking.unsubscribe();
        const looked = inner<readonly PermissionRequest[]>(subscriber, {
          next: (all) => {
            const requests = all.filter(isMeant);
            if (requests.length > 0) {
              subscriber.next({ type: 'asking', requests });
              return subscriber.complete();
            }
            if (held.some(goesOn)) return goOn();
            look(Math.min(2 * wait, MOST_SETTLING)); // the record is behind the stream, or all wait
          },
          complete: () => {},
        });
        looking = looked;
        subscriber.add(looked);
        timer(wait, scheduler)
          .pipe(concatMap(() => pending.pipe(toArray())))
          .subscribe(looked);
      };

      const reading = inner<RunEvent>(subscriber, {
        next: (event) => {
          if (asksPeople(event)) {
            release();
            subscriber.next(event);
            isAsking = true;
            for (const id of requestsOf(event)) asked.add(id);
            return look(settling);
          }
          if (!isAsking) return subscriber.next(event);
          held.push(event);
          if (event.type !== 'permission_resolved') return;
          const resolved = requestsOf(event);
          for (const id of resolved) asked.delete(id);
          if (asked.size === 0) goOn();
        },
        error: (error) => {
          goOn();
          subscriber.error(error);
        },
        complete: () => {
          goOn();
          subscriber.complete();
        },
      });
      subscriber.add(reading);
      source.subscribe(reading);
    });
