import type { Observable } from 'rxjs';
import type { TransportResponse } from './Transport';

/** What the API is asked, before it is known where the API is and who asks. */
export interface Request {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Made by {@link path}: every value in it is one encoded segment. */
  readonly path: string;
  readonly query?: { readonly [name: string]: string | number | boolean | undefined };
  /** JSON text, or a multipart form. */
  readonly body?: string | FormData | undefined;
  /** Media types that may be answered, the first being asked for; none: the answer is not read. */
  readonly accept: readonly ('application/json' | 'text/event-stream' | '*/*')[];
  readonly idempotencyKey?: string;
  /** Of a stream that is asked for again: the id of the last event that it told. */
  readonly lastEventId?: string | undefined;
  /** Told each time that it is put on the wire. */
  readonly onSend?: (() => void) | undefined;
  /** Whether sending it twice does what sending it once does. Only who knows the route knows. */
  readonly repeatable: boolean;
}

/**
 * One request, and its answer when that is a good one: 2xx, of a type that was asked for. Cold; the
 * answer's body is unread, and whoever takes the answer reads it or lets go of it.
 */
export type Send = (request: Request) => Observable<TransportResponse>;
