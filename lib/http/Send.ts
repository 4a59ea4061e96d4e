import type { Observable } from 'rxjs';
import type { Request } from './Request';

/**
 * One request, and its answer when that is a good one: 2xx, of a type that was asked for. Cold; the
 * answer's body is unread, and whoever takes the answer reads or cancels it.
 */
export type Send = (request: Request) => Observable<Response>;
