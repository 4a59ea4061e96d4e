import { concat, throwError, type Observable } from 'rxjs';

/** What a body errors with when its socket is to be destroyed. */
export const hungUp = new Error('the socket is to be destroyed');

/** A body that ends here: properly, or with its socket. */
export const hangUp = <T>(body: Observable<T>, how: 'reset' | 'end' = 'reset'): Observable<T> =>
  how === 'end'
    ? body
    : concat(
        body,
        throwError(() => hungUp),
      );
