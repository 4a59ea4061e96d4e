import type { Client, PermissionRequest } from 'm8tes-rx';
import {
  catchError,
  combineLatest,
  distinctUntilChanged,
  EMPTY,
  map,
  of,
  scan,
  startWith,
  switchMap,
  toArray,
  type Observable,
} from 'rxjs';
import { card, type Card, type Decided } from './cards';
import { hasMovedOn, sentence } from './sentences';
import type { Told } from './story';

/** What a run asks of people, as the server has it. */
export interface Asked {
  /** How much of the story had been told when the list was read: what was asked until then is in it. */
  readonly asked: number;
  readonly requests: ReadonlyMap<string, PermissionRequest>;
}

export const nothingAsked: Asked = { asked: 0, requests: new Map() };

/**
 * The list of what a run asks, read whenever its story says that something was asked or decided, and
 * whenever somebody wants it: the list is the truth, and the story says when to look.
 */
export const asking = (
  { runs }: Client,
  run_id: number,
  told$: Observable<Told>,
  again$: Observable<unknown>,
): Observable<Asked> =>
  combineLatest([
    told$.pipe(
      map(({ asked }) => asked),
      distinctUntilChanged(),
    ),
    again$.pipe(startWith(undefined)),
  ]).pipe(
    switchMap(([asked]) =>
      asked === 0
        ? EMPTY
        : runs.permissions(run_id).pipe(
            toArray(),
            map((list) => new Map(list.map((request) => [request.request_id, request]))),
            catchError(() => of(undefined)), // the next one, or the status of the run, will tell
            map((requests) => ({ asked, requests })),
          ),
    ),
    scan(
      (before, { asked, requests }) => ({ asked, requests: requests ?? before.requests }),
      nothingAsked,
    ),
    startWith(nothingAsked),
  );

const decisions: { readonly [status: string]: string } = {
  allowed: 'Allowed',
  denied: 'Denied',
  answered: 'Answered',
  cancelled: 'Not asked any more',
};

/** The cards of a run, each of which sends what is decided on it. */
export const cards = ({ runs }: Client, run_id: () => number, onDecided: () => void) => {
  const shown = new Map<string, { readonly card: Card; said?: string; wasOpen: boolean }>();

  const send = (request_id: string, decided: Decided): Observable<unknown> =>
    'approval' in decided
      ? runs.approve(run_id(), { ...decided.approval, request_id })
      : runs.answer(run_id(), { answers: decided.answers, request_id });

  const open = (request: PermissionRequest): Card => {
    const { request_id } = request;
    const made = card(request, (decided) => {
      const one = shown.get(request_id)!;
      one.said = decided.said;
      made.wait(true);
      send(request_id, decided).subscribe({
        error: (error: unknown) => {
          delete one.said;
          made.wait(false);
          const { what, advice } = sentence(error);
          if (!hasMovedOn(error)) made.fail(`${what} ${advice}`);
          onDecided();
        },
        complete: () => {
          made.close(decided.said);
          onDecided();
        },
      });
    });
    return made;
  };

  return {
    /** The card of a request as it is now. */
    show: (request: PermissionRequest, isOver: boolean): HTMLElement => {
      const { request_id, status = 'pending' } = request;
      let one = shown.get(request_id);
      if (one === undefined) {
        one = { card: open(request), wasOpen: false };
        shown.set(request_id, one);
      }
      if (status === 'pending' && !isOver) {
        one.wasOpen = true;
      } else if (one.said === undefined) {
        const decision = decisions[status] ?? 'Not decided: the run is over';
        const where = one.wasOpen && status in decisions ? ' elsewhere' : '';
        one.said = `${decision}${where}.`;
        one.card.close(one.said);
      }
      return one.card.element;
    },
  };
};
