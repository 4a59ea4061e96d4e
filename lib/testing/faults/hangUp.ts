import { concat, throwError, type Observable } from 'rxjs';

/** A body that ends here: with its socket, or properly. */
export const hangUp = <T>(body: Observable<T>, how: 'reset' | 'end' = 'reset'): Observable<T> =>
  how === 'end'
    ? body
    : concat(
        body,
        throwError(() => new Error('the socket is to be destroyed')),
      );
