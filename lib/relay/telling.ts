import {
  concatMap,
  concatWith,
  defer,
  EMPTY,
  throwError,
  type Observable,
  type ObservableInput,
} from 'rxjs';
import { decodeEvent } from '../events/decode';
import type { RunEvent } from '../events/RunEvent';
import { interruption } from '../stream/interruption';
import { Tally } from '../stream/Tally';
import { cursorBehind } from './cursor';
import type { Opened } from './viewers';
import type { Told } from './watch';

/** Why a viewer is told no more, where its run has not ended. */
const reasons = {
  interrupted: 'the run could not be read any further',
  full: 'it was longer than its log may be',
  gone: 'nothing is kept of it any more',
  unlike: 'what is kept of it is not what was told',
} as const;

/** Why a relay that was closed tells no more. */
export const CLOSED = 'the relay was closed';

/** What viewers are told, in the shape that somebody wants it; nobody takes a cut for an ending. */
export const telling = <A>(
  { run_id, told }: Opened,
  of: (
    told: Extract<Told, { readonly type: 'entries' }>,
    events: readonly RunEvent[],
  ) => ObservableInput<A>,
  ended: (id: string | undefined) => readonly A[] = () => [],
): Observable<A> =>
  defer(() => {
    const tally = Tally();
    const cut = (unhealed: string) => interruption(tally, { run_id, unhealed });
    let id: string | undefined;
    let isOver = false;
    return told().pipe(
      concatMap((one): ObservableInput<A> => {
        if (one.type === 'entries') {
          const events = one.entries.map(({ data }) => decodeEvent(data));
          for (const event of events) tally.note(event);
          id = cursorBehind(one);
          return of(one, events);
        }
        if (one.end !== 'ended') throw cut(reasons[one.end]);
        isOver = true;
        return ended(id);
      }),
      concatWith(defer(() => (isOver ? EMPTY : throwError(() => cut(CLOSED))))),
    );
  });
