import {
  catchError,
  defer,
  firstValueFrom,
  map,
  of,
  race,
  shareReplay,
  take,
  timer,
  type Observable,
} from 'rxjs';
import { refused, refusedBy } from './refusals';

/** Milliseconds until the headers go out, however long the API thinks: proxies do not wait for ever. */
const PATIENCE = 5_000;

/**
 * A handler of requests, as the web has it: Request → Response. What goes wrong before there is an
 * answer is one, too.
 */
export const answering =
  (answer: (request: Request) => Observable<Response>): ((request: Request) => Promise<Response>) =>
  (request) =>
    firstValueFrom(
      defer(() => answer(request)).pipe(catchError((error: unknown) => of(refusedBy(error)))),
      { defaultValue: refused(503, 'server', 'the relay is closing; try again') },
    );

/**
 * An answer that streams what is being opened: when it is, so that a refusal is an answer of its own;
 * or when that takes too long, and the rest is told in the stream.
 */
export const soon = <A>(
  opening: Observable<A>,
  stream: (opened: Observable<A>) => Response,
): Observable<Response> => {
  const opened = opening.pipe(shareReplay(1));
  return race(opened, timer(PATIENCE)).pipe(
    take(1),
    map(() => stream(opened)),
  );
};
