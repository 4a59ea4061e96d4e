import { of, throwError, type Observable } from 'rxjs';

/**
 * A value made now, for every subscriber the same; what went wrong in making it is each one's error.
 *
 * A call that starts a run is prepared when it is called: its key and its body must be the same
 * however often it is subscribed to, or one call would be two runs.
 */
export const prepared = <A>(make: () => A): Observable<A> => {
  try {
    return of(make());
  } catch (error) {
    return throwError(() => error);
  }
};
